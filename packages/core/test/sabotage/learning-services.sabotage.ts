import {
  CheckoutError,
  type CheckoutErrorCode,
  type EntitlementService,
  fen,
  type LearningService,
  LearnStatus,
  MessageType,
  PermanentFailure,
  userId,
} from '../../src/index.js'
import type { PriceSource } from '../../src/ports.js'
import {
  entitlementServiceContract,
  type LearningHarness,
  learningServiceContract,
  type PriceSourceHarness,
  priceSourceContract,
  sampleUserId,
} from '../../testing/contracts/index.js'
import { learningServiceHarness, priceSourceHarness } from '../harnesses/learning-service-harness.js'
import { changed, failingWith, quietly, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inLearning =
  (fault: (service: LearningService) => Partial<LearningService>): Sabotage<LearningHarness> =>
  (harness) =>
    changed(harness, { service: { ...harness.service, ...fault(harness.service) } })

const inEntitlements =
  (fault: (service: EntitlementService) => Partial<EntitlementService>): Sabotage<LearningHarness> =>
  (harness) =>
    changed(harness, { entitlements: { ...harness.entitlements, ...fault(harness.entitlements) } })

const inPrices =
  (offerOf: (prices: PriceSource) => PriceSource['offerOf']): Sabotage<PriceSourceHarness> =>
  (harness) =>
    changed(harness, { prices: { offerOf: offerOf(harness.prices) } })

/** Handles a message that the sound one would not. */
const hearing = (spoil: (message: Parameters<LearningService['receivePayResult']>[0]) => object) =>
  inLearning((service) => ({
    receivePayResult: (message) => service.receivePayResult({ ...message, ...spoil(message) }),
  }))

const showing = (learnStatus: LearnStatus) =>
  inLearning((service) => ({
    learnStatus: async (...given) => ({ ...(await service.learnStatus(...given)), learnStatus }),
  }))

export const learningServiceSabotage = sabotaged(learningServiceContract, learningServiceHarness, {
  'chooseCourse: grants a free course at once': inLearning(() => ({
    myCourseTable: async () => ({ entries: [], total: 0 }),
  })),
  'chooseCourse: lets a paid course wait for its payment': inLearning((service) => ({
    async chooseCourse(user, course) {
      const view = await service.chooseCourse(user, course)
      return { ...view, learnStatus: LearnStatus.mayLearn }
    },
  })),
  'chooseCourse: answers the same choice when it is repeated, also by many at once': (harness) => {
    let count = 0
    return inLearning((service) => ({
      async chooseCourse(user, course) {
        const view = await service.chooseCourse(user, course)
        count += 1
        return { ...view, choice: { ...view.choice, id: String(count) as never } }
      },
    }))(harness)
  },
  'chooseCourse: makes a new choice once the old one expired': (harness) =>
    changed(harness, { advance: async () => {} }),
  'chooseCourse: makes a new choice when price or validity changed while it waited': (harness) =>
    changed(harness, { publish: async () => {} }),
  'chooseCourse, learnStatus: refuse a course that is not published': (harness) =>
    changed(harness, { service: failingWith(harness.service, untranslated) }),
  'learnStatus: tells who may learn, who has not paid, and whose time is over': showing(LearnStatus.mayLearn),
  'myCourseTable: shows the user’s courses page by page, newest first': inLearning((service) => ({
    myCourseTable: (user, _page, size) => service.myCourseTable(user, 1, size),
  })),
  // The days are those of the choice, paid or not.
  'receivePayResult: grants a paid choice from the day of its payment': inLearning((service) => ({
    async learnStatus(user, course) {
      const view = await service.learnStatus(user, course)
      const choice = view.choice && { ...view.choice, validtimeStart: view.choice.createDate }
      return { ...view, choice }
    },
  })),
  'receivePayResult: grants once for one message and one choice, also at once': (harness) => {
    let heard = 0
    return inLearning((service) => ({
      receivePayResult(message) {
        heard += 1
        return service.receivePayResult(message)
      },
      async learnStatus(user, course) {
        const view = await service.learnStatus(user, course)
        return { ...view, choice: view.choice && { ...view.choice, validDays: heard } }
      },
    }))(harness)
  },
  // Goes by the current choice.
  'receivePayResult: grants a choice that was superseded: its code was given out': (harness) =>
    inLearning((service) => ({
      async receivePayResult(message) {
        const { choice } = await service.learnStatus(sampleUserId, '1' as never)
        if (choice?.id === String(message.businessKey1)) await service.receivePayResult(message)
      },
    }))(harness),
  'receivePayResult: revokes a refunded choice, whichever message comes first, and never grants it again': [
    hearing(() => ({ messageType: MessageType.payResult })),
    // Leaves the refund of a choice that is not granted alone.
    inLearning((service) => ({
      async receivePayResult(message) {
        const { learnStatus } = await service.learnStatus(sampleUserId, '1' as never)
        const isEarly = message.messageType === MessageType.refundResult && learnStatus !== LearnStatus.mayLearn
        if (!isEarly) await service.receivePayResult(message)
      },
    })),
  ],
  'receivePayResult: leaves messages of other kinds alone': hearing(() => ({
    messageType: MessageType.payResult,
    businessKey2: '60201',
  })),
  // Dead-letters a message that only came too early.
  'receivePayResult: refuses an unknown choice for now, and a malformed one for good': inLearning((service) => ({
    receivePayResult: (message) =>
      service.receivePayResult(message).catch((error) => {
        throw error.code === 'choice_not_found' ? new PermanentFailure(error.message) : error
      }),
  })),
  'fails with store_unavailable when the store cannot be reached': (harness) =>
    changed(harness, { service: failingWith(harness.service, untranslated) }),
})

/** Gives each grant a key of its own. */
const keyless: Sabotage<LearningHarness> = (harness) => {
  let keys = 0
  return inEntitlements((service) => ({
    grant(request, actor) {
      keys += 1
      return service.grant({ ...request, key: `key-${keys}` }, actor)
    },
  }))(harness)
}

const revokingNothing = inEntitlements(() => ({ revoke: async () => ({ revoked: true }) }))

export const entitlementServiceSabotage = sabotaged(entitlementServiceContract, learningServiceHarness, {
  'grant: gives a course without a payment, for its own validity or a number of days': [
    inEntitlements((service) => ({ grant: (request, actor) => service.grant({ ...request, days: 1 }, actor) })),
    inEntitlements((service) => ({ grant: (request, actor) => service.grant({ ...request, days: null }, actor) })),
  ],
  'grant: gives once for one key, also at once': keyless,
  'grant: refuses a key that granted another course or user': keyless,
  'grant: refuses a malformed key': keyless,
  'grant: gives one of two users who share a key at once': keyless,
  'grant: refuses a course that is not published': (harness) =>
    changed(harness, { entitlements: failingWith(harness.entitlements, untranslated) }),
  // Takes the course away whatever else the user has.
  'grant: stays when an order of the course is refunded': (harness) =>
    inLearning((service) => ({
      async receivePayResult(message) {
        await service.receivePayResult(message)
        if (message.messageType !== MessageType.refundResult) return
        const request = { userId: sampleUserId, courseId: '1' as never, reason: '' }
        await harness.entitlements.revoke(request, userId('ops'))
      },
    }))(harness),
  'revoke: takes a course away, however it came': revokingNothing,
  'revoke: stores the action once, and none when there is nothing to revoke': [
    revokingNothing,
    inEntitlements(() => ({ revoke: async () => ({ revoked: false }) })),
  ],
  'actions: lists the newest first, of a user or of everybody': inEntitlements((service) => ({
    actions: async (subject) => (await service.actions(subject)).toReversed(),
  })),
  'fails with store_unavailable when the store cannot be reached': (harness) =>
    changed(harness, { entitlements: failingWith(harness.entitlements, untranslated) }),
})

const anyOffer = { price: fen(1), orderName: null, goods: null }
const offering = (code: CheckoutErrorCode) => inPrices((prices) => quietly(prices.offerOf, code, anyOffer))

export const priceSourceSabotage = sabotaged(priceSourceContract, priceSourceHarness, {
  'answers the price, the same each time and for many at once': (harness) => {
    let questions = 0
    return inPrices((prices) => async (question) => {
      questions += 1
      const offer = await prices.offerOf(question)
      return { ...offer, price: fen(offer.price + questions - 1) }
    })(harness)
  },
  'offers goods that add up to the price, where it names goods': inPrices((prices) => async (question) => ({
    ...(await prices.offerOf(question)),
    goods: [],
  })),
  'refuses what is not for sale': offering('choice_not_found'),
  'refuses what is for sale to another user': offering('not_yours'),
  'refuses what costs nothing': offering('nothing_to_pay'),
  'refuses what has another price now': offering('choice_outdated'),
  'refuses what is paid': offering('order_already_paid'),
  'fails with store_unavailable when the store cannot be reached': inPrices(
    (prices) => (question) =>
      prices.offerOf(question).catch((error) => {
        throw error.code === 'store_unavailable' ? new CheckoutError('choice_not_found', 'not found') : error
      }),
  ),
})
