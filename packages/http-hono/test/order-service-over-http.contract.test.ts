import {
  CheckoutError,
  type Course,
  courseId,
  fen,
  MessageType,
  type OrderRequest,
  type OrderService,
  outBusinessId,
  type PayNo,
  type UserId,
} from '@coursepay/core'
import { type OrderServiceHarness, orderServiceContract } from '@coursepay/core/contracts'
import { readOrderDetail } from '@coursepay/core/ports'
import { describe, it } from 'vitest'
import { orderServiceOverHttp } from './order-service-client.js'
import { freeCourse, MINUTE, members, openShop, orderDetail, paidCourse, SECRET, type Shop } from './shop.js'

/** What the page of a course sends. */
const requestFor = (id: string, { price, courseName, courseId: goodsId }: Course): OrderRequest => ({
  outBusinessId: outBusinessId(id),
  orderType: '60201',
  totalPrice: price,
  orderName: courseName,
  orderDescrip: null,
  orderDetail: orderDetail({ goodsId }),
  goods: readOrderDetail(orderDetail({ goodsId })),
})

/** Every offer is a course of its own, chosen by this user. */
function offersIn({ learningStore, as }: Shop) {
  let offers = 0
  return async (user: UserId, kind: Course) => {
    offers += 1
    const course = { ...kind, courseId: courseId(`course-${offers}`) }
    learningStore.rows.courses.set(course.courseId, course)
    const caller = await as(user)
    const { id } = await members(await caller.post(`/api/learning/choosecourse/${course.courseId}`))
    return requestFor(String(id), course)
  }
}

/** Opens the page behind the QR, as a phone does; an error when it does not lead to the gateway. */
async function openPage({ orderStore, nobody }: Shop, number: PayNo): Promise<void> {
  const order = await orderStore.orders.find({ payNo: number })
  const payment = order?.payments.find(({ payNo }) => payNo === number)
  const page = await nobody.get(`/p/${payment?.token}`)
  if (page.status !== 302) throw new Error(`The page answers ${page.status}.`)
}

async function messagesTo({ broker, scheduler }: Shop) {
  const all: { readonly messageType: string; readonly businessKey1: string }[] = []
  await broker.subscriber.subscribe('witness', async (message) => void all.push(message))
  return async (type: string) => {
    await scheduler.advance(0)
    return all.filter(({ messageType }) => messageType === type).map(({ businessKey1 }) => businessKey1)
  }
}

/**
 * What another user has chosen is answered as what is not there. What this suite has offered is there: it stands for
 * `not_yours`.
 */
function tellForeign(service: OrderService, offered: ReadonlySet<string>): OrderService {
  return {
    ...service,
    async createOrder(user, request) {
      try {
        return await service.createOrder(user, request)
      } catch (error) {
        const { code } = Object(error)
        if (code !== 'choice_not_found' || !offered.has(request.outBusinessId)) throw error
        throw new CheckoutError('not_yours', 'This belongs to another user.', { cause: Object(error).cause })
      }
    },
  }
}

async function overHttp(): Promise<OrderServiceHarness> {
  const shop = await openShop()
  const { gateway, orderStore, scheduler, app } = shop
  const [makeOffer, messages] = [offersIn(shop), await messagesTo(shop)]
  const offered = new Set<string>()
  const offer = async (user: UserId, kind: Course) => {
    const request = await makeOffer(user, kind)
    offered.add(request.outBusinessId)
    return request
  }
  return {
    service: tellForeign(orderServiceOverHttp(shop), offered),
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
    paidMessageResender: () => messages(MessageType.payResult),
    refundMessages: (type) => messages(type),
    refundedMoney: async (number) => gateway.moneyOf(number).refunded,
    storedOrders: async () => [...orderStore.rows.orders.keys()],
    breakStore: async () => orderStore.faults.breakDown(),
    secrets: [SECRET],
    dispose: async () => {},
  }
}

orderServiceContract({ describe, it }, { name: 'over HTTP', makeHarness: overHttp })
