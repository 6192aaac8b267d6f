import {
  type Course,
  courseId,
  fen,
  type LatePaymentPolicy,
  type OrderService,
  type UserId,
  userId,
} from '@coursepay/core'
import { assembleCheckout, type OrderWorkerName } from '@coursepay/core/assembly'
import {
  inMemoryBroker,
  inMemoryLearningStore,
  inMemoryOrderStore,
  inMemoryPaymentGateway,
  manualScheduler,
  sequentialIds,
  sequentialTokens,
  settableClock,
} from '@coursepay/core/fakes'
import type { Hono } from 'hono'
import {
  bearerAuthentication,
  type CheckoutAppDeps,
  createCheckoutApp,
  type LogFields,
  servicesOf,
} from '../src/index.js'
import { sign } from './sign.js'

export const MINUTE = 60_000
export const SECRET = 'a secret of the tests, long enough'
export const PUBLIC_BASE_URL = 'https://pay.example.com'
export const paidCourse: Course = {
  courseId: courseId('1'),
  courseName: 'Java 高级',
  price: fen(9_900),
  validDays: 365,
}
export const freeCourse: Course = { courseId: courseId('2'), courseName: '入门', price: fen(0), validDays: 30 }

/** Keeps what was logged. */
export function memoryLog() {
  const lines: LogFields[] = []
  return {
    lines,
    info: (fields: LogFields) => void lines.push(fields),
    error: (fields: LogFields) => void lines.push(fields),
  }
}

/** Calls an app as one user, or as nobody. */
export function client(app: Hono, token: string | null) {
  const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` }
  return {
    get: async (path: string) => app.request(path, { headers }),
    post: async (path: string, body?: unknown) => {
      if (body === undefined) return app.request(path, { method: 'POST', headers })
      return app.request(path, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    },
  }
}

/** Both services in memory behind the HTTP app, with a gateway and its buyer. */
export async function openShop(
  changes: Partial<CheckoutAppDeps> | ((orders: OrderService) => Partial<CheckoutAppDeps>) = {},
  latePolicy: LatePaymentPolicy = 'refund',
) {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  const orderStore = inMemoryOrderStore(clock)
  const learningStore = inMemoryLearningStore([paidCourse, freeCourse])
  const gateway = inMemoryPaymentGateway({ clock })
  const broker = inMemoryBroker(scheduler)
  const ids = sequentialIds()
  const workerErrors: [OrderWorkerName, unknown][] = []
  const checkout = assembleCheckout({
    orders: {
      store: orderStore,
      gateway: gateway.gateway,
      notifyReader: gateway.notifyReader,
      publisher: broker.publisher,
      scheduler,
      clock,
      ids,
      tokens: sequentialTokens(),
      settings: {
        orderTimeToLiveMs: 30 * MINUTE,
        latePolicy,
        queryIntervalMs: 1_000,
        callbackUrls: { notifyUrl: `${PUBLIC_BASE_URL}/api/orders/receivenotify`, returnUrl: null },
      },
      onWorkerError: (worker, error) => workerErrors.push([worker, error]),
    },
    learning: { store: learningStore, scheduler, clock, ids, subscriber: broker.subscriber, queue: 'paynotify_queue' },
  })
  await checkout.start()

  const log = memoryLog()
  const app = createCheckoutApp({
    ...servicesOf(checkout),
    authenticate: bearerAuthentication({ secret: SECRET }),
    publicBaseUrl: PUBLIC_BASE_URL,
    clock,
    scheduler,
    log,
    ...(typeof changes === 'function' ? changes(checkout.orders.service) : changes),
  })
  const as = async (sub: UserId | string, roles: readonly string[] = []) =>
    client(app, await sign({ sub, roles }, SECRET))
  const zhang = await as(userId('zhang'))
  return {
    app,
    log,
    clock,
    scheduler,
    gateway,
    broker,
    orderStore,
    learningStore,
    workerErrors,
    as,
    zhang,
    li: await as('li'),
    operator: await as('ops', ['operator']),
    nobody: client(app, null),
    /** zhang's header, for requests of an unusual kind. */
    authorization: async () => ({ Authorization: `Bearer ${await sign({ sub: 'zhang' }, SECRET)}` }),
    /** What the order service has stored, counted. */
    stored: () => ({
      orders: orderStore.rows.orders.size,
      payRecords: [...orderStore.rows.orders.values()].flatMap(({ payments }) => payments).length,
    }),
    /** zhang chooses the paid course; the choice's id. */
    choose: async () => String((await members(await zhang.post('/api/learning/choosecourse/1'))).id),
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>

/** The members of a JSON answer. */
export async function members(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

export const orderDetail = (goods: Record<string, unknown> = {}) =>
  JSON.stringify([
    { goodsId: '1', goodsType: '60201', goodsName: 'Java 高级', goodsPrice: '99.00', goodsDetail: '', ...goods },
  ])

/** A good body of `generatepaycode`, with some members changed. */
export const addOrder = (outBusinessId: unknown, changes: Record<string, unknown> = {}) => ({
  outBusinessId,
  orderType: '60201',
  totalPrice: '99.00',
  orderName: 'Java 高级',
  orderDescrip: '课程',
  orderDetail: orderDetail(),
  ...changes,
})

/**
 * zhang has chosen the course and holds a pay code. The order's name is the course's: another one renames the course.
 */
export async function payCode(shop: Shop, changes: Record<string, unknown> = {}) {
  const { orderName: courseName } = changes
  if (typeof courseName === 'string') shop.learningStore.publish({ ...paidCourse, courseName })
  const outBusinessId = await shop.choose()
  const response = await shop.zhang.post('/api/orders/generatepaycode', addOrder(outBusinessId, changes))
  const code = await members(response)
  const payUrl = String(code.payUrl)
  return {
    outBusinessId,
    payUrl,
    path: payUrl.slice(PUBLIC_BASE_URL.length),
    token: payUrl.slice(payUrl.lastIndexOf('/') + 1),
    payNo: String(code.payNo),
    orderId: String(code.orderId),
  }
}
