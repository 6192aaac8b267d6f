import {
  CheckoutError,
  type Course,
  courseId,
  fen,
  MessageType,
  type OrderRequest,
  type OrderService,
  OrderStatus,
  outBusinessId,
  type PayNo,
  readOrderDetail,
  type UserId,
} from '@coursepay/core'
import { type OrderServiceHarness, orderServiceContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { orderServiceOverHttp } from './order-service-client.js'
import { freeCourse, MINUTE, members, openShop, orderDetail, paidCourse, SECRET, type Shop } from './shop.js'

/** What the page of a course sends. */
const requestFor = (id: string, { price, courseName }: Course): OrderRequest => ({
  outBusinessId: outBusinessId(id),
  orderType: '60201',
  totalPrice: price,
  orderName: courseName,
  orderDescrip: null,
  orderDetail: orderDetail(),
  goods: readOrderDetail(orderDetail()),
})

/** Every offer is a course of its own, chosen by this user. */
function offersIn({ learningTables, as }: Shop) {
  let offers = 0
  return async (user: UserId, kind: Course) => {
    offers += 1
    const course = { ...kind, courseId: courseId(`course-${offers}`) }
    await learningTables.publish(course)
    const caller = await as(user)
    const { id } = await members(await caller.post(`/api/learning/choosecourse/${course.courseId}`))
    return requestFor(String(id), course)
  }
}

/** Opens the page behind the QR, as a phone does; an error when it does not lead to the gateway. */
async function openPage({ orderTables, nobody }: Shop, number: PayNo): Promise<void> {
  const record = await orderTables.stores.payRecords.find({ payNo: number })
  const page = await nobody.get(`/p/${record?.token}`)
  if (page.status !== 302) throw new Error(`The page answers ${page.status}.`)
}

async function messagesTo({ broker, scheduler }: Shop) {
  const all: { readonly messageType: string; readonly businessKey1: string }[] = []
  await broker.subscriber.subscribe('witness', async (message) => void all.push(message))
  return async (type: MessageType) => {
    await scheduler.advance(0)
    return all.filter(({ messageType }) => messageType === type).map(({ businessKey1 }) => businessKey1)
  }
}

/**
 * A foreign thing is answered as one that is not there. What this suite has made is there: then the answer stands for
 * `not_yours`.
 */
function tellForeign(service: OrderService, made: Set<string>): OrderService {
  const toldOf = async <Answer>(id: string, answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer
    } catch (error) {
      const isHidden = CheckoutError.isInstance(error) && error.code.endsWith('_not_found') && made.has(id)
      throw isHidden ? new CheckoutError('not_yours', error.message, { cause: error.cause }) : error
    }
  }
  return {
    ...service,
    async createOrder(user, request) {
      const payRecord = await toldOf(request.outBusinessId, service.createOrder(user, request))
      made.add(payRecord.orderId).add(payRecord.payNo)
      return payRecord
    },
    queryPayResult: (number, actor) => toldOf(number, service.queryPayResult(number, actor)),
    getOrder: (id, actor) => toldOf(id, service.getOrder(id, actor)),
    closeOrder: (id, actor) => toldOf(id, service.closeOrder(id, actor)),
  }
}

async function overHttp(): Promise<OrderServiceHarness> {
  const shop = await openShop()
  const { gateway, orderTables, scheduler, app } = shop
  const [makeOffer, told] = [offersIn(shop), await messagesTo(shop)]
  const made = new Set<string>()
  const offer = async (user: UserId, kind: Course) => {
    const request = await makeOffer(user, kind)
    made.add(request.outBusinessId)
    return request
  }
  return {
    service: tellForeign(orderServiceOverHttp(shop), made),
    offer: (user) => offer(user, paidCourse),
    offerFree: async (user) => ({ ...(await offer(user, freeCourse)), totalPrice: fen(0) }),
    async login(number) {
      await openPage(shop, number)
      gateway.buyer.login(number)
    },
    async pay(number) {
      // A page that stays open in the browser needs no asking.
      await openPage(shop, number).catch(() => {})
      gateway.buyer.pay(number)
    },
    async notify(number) {
      const body = Uint8Array.from(gateway.notify(number))
      await app.request('/api/orders/receivenotify', { method: 'POST', body })
    },
    advance: (ms) => scheduler.advance(ms),
    orderLifeMs: 30 * MINUTE,
    queryIntervalMs: 1_000,
    makeAnswersUnclear: async () => gateway.answer('unknown'),
    gatewayQueries: async () => gateway.calls.query,
    told: () => told(MessageType.payResult),
    toldRefunded: () => told(MessageType.refundResult),
    givenBack: async (number) => gateway.moneyOf(number).refunded,
    storedOrders: async () => orderTables.tables.orders.committed.all().map(({ id }) => id),
    async markRefunded(id) {
      await orderTables.stores.orders.change(id, { from: OrderStatus.paid, to: OrderStatus.refunded })
    },
    breakStore: async () => orderTables.faults.breakDown(),
    secrets: [SECRET],
    dispose: async () => {},
  }
}

orderServiceContract({ describe, it }, { name: 'over HTTP', makeHarness: overHttp })
