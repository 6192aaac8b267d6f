// A client for browsers and servers: no dependency at run time, only types of the routes themselves.
import type { Hono } from 'hono'
import type { hc, InferRequestType, InferResponseType } from 'hono/client'
import type { BlankEnv } from 'hono/types'
import type { learningRoutes } from '../routes/learning-routes.js'
import type { operatorRoutes } from '../routes/operator-routes.js'
import type { myOrdersRoutes, orderRoutes, paymentRoutes } from '../routes/order-routes.js'
import type { PayEvent } from '../schemas/order.js'
import { withoutEndSlashes } from './without-end-slashes.js'

type HonoSchemaOf<Routes> = Routes extends Hono<infer _Env, infer Calls, infer _Base> ? Calls : never

/** The type of every call in JSON, for Hono's own client: `hc<CheckoutApi>(baseUrl)`. */
export type CheckoutApi = Hono<
  BlankEnv,
  HonoSchemaOf<ReturnType<typeof learningRoutes>> &
    HonoSchemaOf<ReturnType<typeof paymentRoutes>> &
    HonoSchemaOf<ReturnType<typeof orderRoutes>> &
    HonoSchemaOf<ReturnType<typeof myOrdersRoutes>> &
    HonoSchemaOf<ReturnType<typeof operatorRoutes>>
>

type ApiCalls = ReturnType<typeof hc<CheckoutApi>>['api']
type ChooseCourseFunction = ApiCalls['learning']['choosecourse'][':courseId']['$post']
type GeneratePayCodeFunction = ApiCalls['orders']['generatepaycode']['$post']

export type ChoiceAnswer = InferResponseType<ChooseCourseFunction, 200>
export type AddOrder = InferRequestType<GeneratePayCodeFunction>['json']
export type PayCode = InferResponseType<GeneratePayCodeFunction, 200>
export type PayRecord = InferResponseType<ApiCalls['orders']['payresult']['$get'], 200>
type Order = InferResponseType<ApiCalls['orders'][':orderId']['$get'], 200>

export type { PayEvent }

export interface CheckoutClientOptions {
  /** The user's bearer token, or what gets a fresh one. Without it the browser's session cookie is sent. */
  readonly token?: string | (() => string | Promise<string>)
  readonly fetch?: typeof globalThis.fetch
  /** How long to wait before a stream is opened again. Default 2000. */
  readonly retryMs?: number
}

/** What is bought: a course, or what another seller has made an order of. */
export type PurchaseRequest = { readonly courseId: string } | { readonly order: AddOrder }

export interface StartedPurchase {
  /** Null for an order of another seller. */
  readonly choice: ChoiceAnswer | null
  /** What the buyer pays with: `qrcode` for an `<img src>`, `payUrl` for a phone. Null for a course that is free. */
  readonly payCode: PayCode | null
  /** Resolves once the payment or its order is final; at once, with null, where there is nothing to pay. */
  paid(signal?: AbortSignal): Promise<PayEvent | null>
}

export interface CheckoutClient {
  /** Chooses, orders and gets a pay code in one call. Rejects with `CheckoutFailure`. */
  buy(item: PurchaseRequest): Promise<StartedPurchase>
  /** Waits for a payment by server-sent events. Where they do not get through, it asks again and again. */
  waitForPayment(payNo: string, signal?: AbortSignal): Promise<PayEvent>
  /** The payment as it is now; the gateway is queried first when that is due. */
  payResult(payNo: string): Promise<PayRecord>
  /** Whether this user may learn a course. */
  learnStatus(courseId: string): Promise<ChoiceAnswer>
}

/** A refusal of the server: `code` is of a closed list, `message` is for the person in front of the page. */
export class CheckoutFailure extends Error {
  override readonly name = 'CheckoutFailure'
  readonly status: number
  readonly code: string

  constructor(status: number, problem: { readonly code?: unknown; readonly errMessage?: unknown }) {
    super(String(problem.errMessage ?? `HTTP ${status}`))
    this.status = status
    this.code = String(problem.code ?? 'unknown')
  }
}

const ORDER_TYPE_COURSE = '60201'
const ORDER_STATUS_UNPAID = '600001'
const PAY_STATUS_UNPAID = '601001'

/** `baseUrl`: where the checkout is mounted, such as `https://shop.example/pay` or `''` for this page's own site. */
export function checkoutClient(baseUrl: string, options: CheckoutClientOptions = {}): CheckoutClient {
  const { retryMs = 2_000 } = options
  const send = createCheckedFetch(withoutEndSlashes(baseUrl), options)
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
    (await send(method, path, { body })).json() as Promise<Answer>

  const payResult = (payNo: string) =>
    call<PayRecord>('GET', `/api/orders/payresult?payNo=${encodeURIComponent(payNo)}`)
  const queryPayment = async (payNo: string): Promise<PayEvent> => {
    const record = await payResult(payNo)
    const { status: orderStatus, payRecords } = await call<Order>('GET', `/api/orders/${record.orderId}`)
    // The payment may have been settled since. The order has both states of one moment.
    return { ...record, ...payRecords.find((each) => each.payNo === payNo), orderStatus }
  }
  const waitForPayment = async (payNo: string, signal?: AbortSignal): Promise<PayEvent> => {
    for (;;) {
      const path = `/api/orders/payresult/stream?payNo=${encodeURIComponent(payNo)}`
      const streamed = await nullOnTemporaryError(readFinalEvent(() => send('GET', path, { signal }), signal))
      const event = streamed ?? (signal?.aborted ? null : await nullOnTemporaryError(queryPayment(payNo)))
      if (event !== null && isFinalEvent(event)) return event
      await delayUnlessAborted(retryMs, signal)
    }
  }
  return {
    waitForPayment,
    payResult,
    learnStatus: (courseId) => call('POST', `/api/learning/choosecourse/learnstatus/${encodeURIComponent(courseId)}`),
    async buy(item) {
      const choice =
        'courseId' in item
          ? await call<ChoiceAnswer>('POST', `/api/learning/choosecourse/${encodeURIComponent(item.courseId)}`)
          : null
      const order = 'order' in item ? item.order : orderForChoice(choice)
      if (order === null) return { choice, payCode: null, paid: async () => null }
      const payCode = await call<PayCode>('POST', '/api/orders/generatepaycode', order)
      return { choice, payCode, paid: (signal) => waitForPayment(payCode.payNo, signal) }
    },
  }
}

function orderForChoice(choice: ChoiceAnswer | null): AddOrder | null {
  if (choice === null || choice.id === null || choice.status !== '701002') return null
  const { id, courseId, courseName } = choice
  const price = choice.coursePrice ?? ''
  const goods = {
    goodsId: courseId,
    goodsType: ORDER_TYPE_COURSE,
    goodsName: courseName,
    goodsPrice: price,
    goodsDetail: '',
  }
  const orderDetail = JSON.stringify([goods])
  return { outBusinessId: id, orderType: ORDER_TYPE_COURSE, totalPrice: price, orderName: courseName, orderDetail }
}

function createCheckedFetch(base: string, { token, fetch = globalThis.fetch }: CheckoutClientOptions) {
  return async (
    method: string,
    path: string,
    { body, signal }: { body?: unknown; signal?: AbortSignal | undefined },
  ) => {
    const bearer = typeof token === 'function' ? await token() : token
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (response.ok) return response
    throw new CheckoutFailure(response.status, Object(await response.json().catch(() => null)))
  }
}

const isFinalEvent = ({ status, orderStatus }: PayEvent): boolean =>
  status !== PAY_STATUS_UNPAID || orderStatus !== ORDER_STATUS_UNPAID

/** Null when the stream ended before the payment was final. */
async function readFinalEvent(open: () => Promise<Response>, signal?: AbortSignal): Promise<PayEvent | null> {
  for await (const data of readSseData(await open(), signal)) {
    const event: PayEvent = JSON.parse(data)
    if (isFinalEvent(event)) return event
  }
  return null
}

/** Null for what another try may mend; a refusal is thrown. */
async function nullOnTemporaryError<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof CheckoutFailure && error.status < 500 && error.status !== 429) throw error
    return null
  }
}

/** The data of each server-sent event. A reader that stops early closes the connection. */
async function* readSseData(response: Response, signal?: AbortSignal): AsyncGenerator<string, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  const cancelReader = () => void reader.cancel().catch(() => {})
  if (signal?.aborted) cancelReader()
  signal?.addEventListener('abort', cancelReader)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = block.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
        if (data.length > 0) yield data.join('\n')
      }
    }
  } finally {
    signal?.removeEventListener('abort', cancelReader)
    cancelReader()
  }
}

function delayUnlessAborted(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason)
    if (signal?.aborted) return stop()
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      stop()
    })
  })
}
