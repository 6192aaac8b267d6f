import type { OrderServiceHarness } from '../../testing/contracts/index.js'
import {
  courseId,
  fen,
  MessageType,
  OrderStatus,
  type PayNo,
  type ReceivedMessage,
  type UserId,
} from '../../src/index.js'
import { freeCourse, MINUTE, openShop, paidCourse, requestFor } from '../shop.js'
import { FAKE_SECRET } from './fake-secret.js'

/** The order service as it is, in a shop of fakes. */
export async function orderServiceHarness(): Promise<OrderServiceHarness> {
  const shop = await openShop()
  const told: ReceivedMessage[] = []
  await shop.broker.subscriber.subscribe('witness', async (message) => void told.push(message))
  const toldOf = async (type: MessageType) => {
    await shop.advance(0)
    return told.filter(({ messageType }) => messageType === type).map(({ businessKey1 }) => businessKey1)
  }
  let offers = 0
  const offer = async (userId: UserId, kind = paidCourse) => {
    offers += 1
    const course = { ...kind, courseId: courseId(`course-${offers}`) }
    await shop.learningStores.publish(course)
    return (await shop.choose(userId, course)).id
  }
  const openPage = async (payNo: PayNo) => {
    const record = await shop.orderTables.stores.payRecords.find({ payNo })
    if (record === null) throw new Error(`There is no attempt ${payNo}.`)
    await shop.door.openPayPage({ token: record.token })
  }
  return {
    service: shop.service,
    offer: async (userId) => requestFor(await offer(userId)),
    offerFree: async (userId) => requestFor(await offer(userId, freeCourse), { totalPrice: fen(0) }),
    async login(payNo) {
      await openPage(payNo)
      shop.gateway.buyer.login(payNo)
    },
    async pay(payNo) {
      // A page that stays open in the browser needs no asking.
      await openPage(payNo).catch(() => {})
      shop.gateway.buyer.pay(payNo)
    },
    notify: async (payNo) => void (await shop.door.receiveNotify(shop.gateway.notify(payNo))),
    advance: shop.advance,
    orderLifeMs: 30 * MINUTE,
    queryIntervalMs: 1_000,
    makeAnswersUnclear: async () => shop.gateway.answer('unknown'),
    gatewayQueries: async () => shop.gateway.calls.query,
    told: () => toldOf(MessageType.payResult),
    toldRefunded: () => toldOf(MessageType.refundResult),
    givenBack: async (payNo) => shop.gateway.moneyOf(payNo).refunded,
    storedOrders: () => shop.orderTables.session.read(({ orders }) => orders.all().map((order) => order.id)),
    async markRefunded(id) {
      await shop.orderTables.stores.orders.change(id, { from: OrderStatus.paid, to: OrderStatus.refunded })
    },
    breakStore: async () => shop.orderTables.faults.breakDown(),
    secrets: [FAKE_SECRET],
    dispose: () => shop.stop(),
  }
}
