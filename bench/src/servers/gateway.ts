import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { sign } from 'hono/jwt'
import type { OwnDatabase } from '../databases/own-database.js'
import { COURSE_NAME, choiceId, orderDetail, PRICE, payNo, USERS, userOf } from '../databases/rows.js'
import { httpRequest } from '../harness/http-caller.js'

const SECRET = 'a secret of the benchmarks, long enough'
const DAY_S = 86_400

/** An Alipay of the bench's own, and what buyers and Alipay send to a server under test. */
export interface BenchGateway extends AsyncDisposable {
  readonly sandbox: AlipaySandbox
  environment(database: OwnDatabase): Record<string, string>
  /** `generatepaycode` for the choice of purchase `n`. */
  order(n: number): Buffer
  /** Alipay's notification that purchase `n` is paid. */
  notification(n: number): Buffer
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
  const notificationBody = (n: number) =>
    sandbox.signNotify({
      out_trade_no: String(payNo(n)),
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
  return {
    sandbox,
    environment: ({ url }) => ({
      DATABASE_URL: url,
      JWT_SECRET: SECRET,
      ALIPAY_APP_ID: merchant.appId,
      ALIPAY_SELLER_ID: merchant.sellerId,
      ALIPAY_PRIVATE_KEY: merchant.privateKey,
      ALIPAY_PUBLIC_KEY: merchant.alipayPublicKey,
      ALIPAY_GATEWAY: merchant.gateway,
    }),
    order(n) {
      const headers = { ...authorization(n), 'Content-Type': 'application/json' }
      const body = {
        outBusinessId: String(choiceId(n)),
        orderType: '60201',
        totalPrice: PRICE,
        orderName: COURSE_NAME,
        orderDetail: orderDetail(n),
      }
      return httpRequest('POST', '/api/orders/generatepaycode', headers, JSON.stringify(body))
    },
    notificationBody,
    notification(n) {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' }
      return httpRequest('POST', '/api/orders/receivenotify', headers, notificationBody(n))
    },
    payResult: (n) => httpRequest('GET', `/api/orders/payresult?payNo=${payNo(n)}`, authorization(n)),
    [Symbol.asyncDispose]: () => sandbox.stop(),
  }
}
