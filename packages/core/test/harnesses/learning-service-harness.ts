import { fen } from '../../src/index.js'
import {
  freeCourse,
  type LearningHarness,
  type PriceSourceHarness,
  paidCourse,
  sampleMessage,
} from '../../testing/contracts/index.js'
import { inMemoryCheckout } from '../../testing/fakes/index.js'

export async function learningServiceHarness(): Promise<LearningHarness> {
  const checkout = await inMemoryCheckout({ courses: [paidCourse, freeCourse] })
  const { learning, learningStore } = checkout
  // The clauses let a year pass: no worker has to run all that time.
  await checkout.stop()
  return {
    service: learning.service,
    entitlements: learning.entitlements,
    publish: async (course) => learningStore.publish(course),
    advance: checkout.advance,
    actionsOf: (subject) => learningStore.operatorLog.listOf(subject, 100),
    breakStore: async () => learningStore.faults.breakDown(),
    dispose: async () => {},
  }
}

/** The learning centre as a seller of courses. */
export async function priceSourceHarness(): Promise<PriceSourceHarness> {
  const checkout = await inMemoryCheckout({ courses: [paidCourse, freeCourse] })
  const { learning, learningStore, orderRequestForChoice: orderFor } = checkout
  return {
    prices: learning.prices,
    async offer(userId) {
      const { outBusinessId, totalPrice } = orderFor(
        (await learning.service.chooseCourse(userId, paidCourse.courseId)).choice,
      )
      return { outBusinessId, price: totalPrice }
    },
    offerFree: async (userId) =>
      orderFor((await learning.service.chooseCourse(userId, freeCourse.courseId)).choice).outBusinessId,
    changePrice: async () => learningStore.publish({ ...paidCourse, price: fen(paidCourse.price + 1) }),
    sell: (outBusinessId) => learning.service.receivePayResult({ ...sampleMessage(), businessKey1: outBusinessId }),
    breakStore: async () => learningStore.faults.breakDown(),
    dispose: () => checkout.stop(),
  }
}
