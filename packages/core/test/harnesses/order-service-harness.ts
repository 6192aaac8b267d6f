import { courseId, fen, MessageType, type PayNo, type ReceivedMessage, type UserId } from '../../src/index.js'
import type { OrderServiceHarness } from '../../testing/contracts/index.js'
import { freeCourse, MINUTE, openShop, paidCourse, requestFor } from '../shop.js'
import { FAKE_SECRET } from './fake-secret.js'

/** The order service as it is, in a shop of fakes. */
export async function orderServiceHarness(): Promise<OrderServiceHarness> {
  const shop = await openShop()
  const received: ReceivedMessage[] = []
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
    return shop.orderFor(choice)
  }
  const openPage = async (payNo: PayNo) =>
    void (await shop.callbacks.openPayPage({ token: (await shop.paymentOf({ payNo })).token }))
  return {
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
    paidMessages: () => messagesOf(MessageType.payResult),
    refundMessages: messagesOf,
    refundedMoney: async (payNo) => shop.gateway.moneyOf(payNo).refunded,
    storedOrders: async () => [...shop.orderStore.rows.orders.keys()],
    breakStore: async () => shop.orderStore.faults.breakDown(),
    secrets: [FAKE_SECRET],
    dispose: () => shop.stop(),
  }
}
