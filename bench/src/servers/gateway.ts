import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { sign } from 'hono/jwt'
import type { BenchDatabase } from '../databases/bench-database.js'
import { COURSE_NAME, choiceId, courseId, orderDetail, PRICE, payNo, USERS, userOf } from '../databases/rows.js'
import { httpRequest } from '../harness/http-caller.js'

const SECRET = 'a secret of the benchmarks, long enough'
const DAY_S = 86_400
/** A few users make all the load. */
const NO_WRITE_LIMIT = { WRITE_RATE: '999999', WRITE_BURST: '999999' }

/** An Alipay of the bench's own, and what buyers and Alipay send to a server under test. */
export interface BenchGateway extends AsyncDisposable {
  readonly sandbox: AlipaySandbox
  environment(database: BenchDatabase): Record<string, string>
  /** `choosecourse` for the course of purchase `n`. */
  choice(n: number): Buffer
  /** `generatepaycode` for the choice of purchase `n`. */
  order(n: number): Buffer
  /** The same for a choice that the server made. */
  orderOf(n: number, chooseCourseId: string): Buffer
  /** Alipay's notification that purchase `n` is paid. */
  notification(n: number): Buffer
  /** The same for another payment of its order. */
  notificationOf(n: number, payNo: string): Buffer
  notificationBody(n: number): string
  /** A look at the result of purchase `n`. */
  payResult(n: number): Buffer
}

export async function openGateway(): Promise<BenchGateway> {
  const sandbox = await startAlipaySandbox({ historyLimit: 10 })
  const exp = Math.floor(Date.now() / 1_000) + DAY_S
  const tokens = await Promise.all(
    Array.from({ length: USERS }, (_, n) => sign({ sub: userOf(n), roles: [], exp }, SECRET, 'HS256')),
  )
  const authorization = (n: number) => ({ Authorization: `Bearer ${tokens[n % USERS] ?? ''}` })
  const { merchant } = sandbox
  const notificationBody = (n: number, number = String(payNo(n))) =>
    sandbox.signNotify({
      out_trade_no: number,
      trade_no: `20261123220014${String(n).padStart(14, '0')}`,
      trade_status: 'TRADE_SUCCESS',
      total_amount: PRICE,
      receipt_amount: PRICE,
      buyer_pay_amount: PRICE,
      subject: COURSE_NAME,
      gmt_create: '2026-11-23 12:00:00',
      gmt_payment: '2026-11-23 12:00:05',
      buyer_id: '2088000000000099',
    })
  function orderOf(n: number, outBusinessId: string) {
    const headers = { ...authorization(n), 'Content-Type': 'application/json' }
    const body = {
      ...{ outBusinessId, orderType: '60201', totalPrice: PRICE },
      ...{ orderName: COURSE_NAME, orderDetail: orderDetail(n) },
    }
    return httpRequest('POST', '/api/orders/generatepaycode', headers, JSON.stringify(body))
  }
  function notificationOf(n: number, number?: string) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' }
    return httpRequest('POST', '/api/orders/receivenotify', headers, notificationBody(n, number))
  }
  return {
    sandbox,
    environment: ({ url }) => ({
      ...NO_WRITE_LIMIT,
      DATABASE_URL: url,
      JWT_SECRET: SECRET,
      ALIPAY_APP_ID: merchant.appId,
      ALIPAY_SELLER_ID: merchant.sellerId,
      ALIPAY_PRIVATE_KEY: merchant.privateKey,
      ALIPAY_PUBLIC_KEY: merchant.alipayPublicKey,
      ALIPAY_GATEWAY: merchant.gateway,
    }),
    choice: (n) => httpRequest('POST', `/api/learning/choosecourse/${courseId(n)}`, authorization(n)),
    order: (n) => orderOf(n, String(choiceId(n))),
    orderOf,
    notificationBody: (n) => notificationBody(n),
    notification: (n) => notificationOf(n),
    notificationOf,
    payResult: (n) => httpRequest('GET', `/api/orders/payresult?payNo=${payNo(n)}`, authorization(n)),
    [Symbol.asyncDispose]: () => sandbox.stop(),
  }
}
