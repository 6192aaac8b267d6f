import { courseId, fen, type LatePaymentPolicy, MessageType, type PayNo, type UserId } from '../../src/index.js'
import type { ReceivedPayResultMessage } from '../../src/ports.js'
import type {
  OperatorServiceHarness,
  OrderServiceHarness,
  PaymentCallbacksHarness,
} from '../../testing/contracts/index.js'
import { freeCourse, MINUTE, openShop, paidCourse, requestFor } from '../shop.js'
import { FAKE_SECRET } from './fake-secret.js'

export const orderServiceHarness = async (): Promise<OrderServiceHarness> => (await harnessOf('refund')).harness

export async function paymentCallbacksHarness(): Promise<PaymentCallbacksHarness> {
  const { shop, harness } = await harnessOf('refund')
  return {
    ...harness,
    callbacks: shop.callbacks,
    notification: async (payNo) => shop.gateway.notify(payNo),
    forgedNotification: async (payNo) => shop.gateway.forge(payNo),
    foreignNotification: async (payNo) => shop.gateway.notify(payNo, { appId: '2021999999999999' }),
    verdicts: async (payNo) => (await shop.orderStore.journal.listOf(payNo)).map(({ verdict }) => verdict),
    recoverStore: async () => shop.orderStore.faults.recover(),
  }
}

export async function operatorServiceHarness(): Promise<OperatorServiceHarness> {
  const { shop, harness, openPage } = await harnessOf('hold')
  return {
    ...harness,
    operator: shop.operatorService,
    openPage,
    actionsOf: (subject) => shop.views.actions(subject),
    async killMessage() {
      shop.broker.answer('undeliverable')
      await shop.buy()
      await shop.advance(0)
      shop.broker.answer('confirm')
      const [dead] = await shop.orderStore.outbox.deadLetters(1)
      if (dead === undefined) throw new Error('There is no dead letter.')
      return dead.message.id
    },
  }
}

/** The order service as it is, in a shop of fakes. */
async function harnessOf(latePolicy: LatePaymentPolicy) {
  const shop = await openShop({ latePolicy })
  const received: ReceivedPayResultMessage[] = []
  await shop.broker.subscriber.subscribe('witness', async (message) => void received.push(message))
  const messagesOf = async (type: MessageType) => {
    await shop.advance(0)
    return received.filter(({ messageType }) => messageType === type).map(({ businessKey1 }) => businessKey1)
  }
  let offers = 0
  const offer = async (userId: UserId, kind = paidCourse) => {
    offers += 1
    const course = { ...kind, courseId: courseId(`course-${offers}`) }
    shop.learningStore.publish(course)
    const { choice } = await shop.learning.chooseCourse(userId, course.courseId)
    return shop.orderRequestForChoice(choice)
  }
  const openPage = async (payNo: PayNo) =>
    void (await shop.callbacks.openPayPage({ token: (await shop.paymentOf({ payNo })).token }))
  const harness: OrderServiceHarness = {
    service: shop.service,
    offer,
    offerFree: async (userId) => requestFor((await offer(userId, freeCourse)).outBusinessId, { totalPrice: fen(0) }),
    async login(payNo) {
      await openPage(payNo)
      shop.gateway.buyer.login(payNo)
    },
    async pay(payNo) {
      // A page that is open in the browser stays open.
      await openPage(payNo).catch(() => {})
      shop.gateway.buyer.pay(payNo)
    },
    notify: async (payNo) => void (await shop.callbacks.receiveNotify(shop.gateway.notify(payNo))),
    advance: shop.advance,
    orderLifeMs: 30 * MINUTE,
    queryIntervalMs: 1_000,
    makeAnswersUnclear: async () => shop.gateway.answer('unknown'),
    gatewayQueries: async () => shop.gateway.calls.query,
    paidMessageResender: () => messagesOf(MessageType.payResult),
    refundMessages: messagesOf,
    refundedMoney: async (payNo) => shop.gateway.moneyOf(payNo).refunded,
    storedOrders: async () => [...shop.orderStore.rows.orders.keys()],
    breakStore: async () => shop.orderStore.faults.breakDown(),
    secrets: [FAKE_SECRET],
    dispose: () => shop.stop(),
  }
  return { shop, harness, openPage }
}
