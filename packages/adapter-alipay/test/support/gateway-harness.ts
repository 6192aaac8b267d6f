import { generateKeyPairSync } from 'node:crypto'
import { fen, type PayNo } from '@coursepay/core'
import type { PaymentGatewayHarness } from '@coursepay/core/contracts'
import type { PayPage } from '@coursepay/core/ports'
import { type ButtonResult, type FaultRule, VirtualClock } from '../../sandbox/index.js'
import { openShop, type Shop } from './shop.js'

const somebodyElse = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** The sandbox answers at once; only a machine under load needs this long. */
const PATIENCE = { timeoutMs: 12_000 }

/**
 * Money was not moved yet, and the answers say so (Alipay: `fund_change` N, and a refund query without
 * `refund_status`).
 */
const heldRefunds: readonly FaultRule[] = [
  { at: 'gateway', kind: 'changed_answer', method: 'alipay.trade.refund', fields: { fund_change: 'N' } },
  {
    at: 'gateway',
    kind: 'changed_answer',
    method: 'alipay.trade.fastpay.refund.query',
    fields: { refund_status: undefined },
  },
]

const unsignedClaim = {
  at: 'gateway',
  kind: 'appended_node',
  fields: {
    ...{ code: '10000', out_trade_no: '7123456789012345101', trade_no: '1', trade_status: 'TRADE_SUCCESS' },
    ...{ total_amount: '99.00', refund_status: 'REFUND_SUCCESS', refund_amount: '99.00' },
  },
} as const

const everyMethod = ['query', 'close', 'refund', 'fastpay.refund.query'].map((name) => `alipay.trade.${name}`)

/** The adapter on Alipay's sandbox over HTTP, for core's suites. */
export async function alipayGatewayHarness(): Promise<PaymentGatewayHarness> {
  const clock = new VirtualClock()
  const shop = await openShop({ clock }, PATIENCE)
  const { sandbox, gateway } = shop
  const strike = (kind: 'http_status' | 'reset_after_processing') => {
    for (const method of everyMethod) {
      sandbox.fault(
        kind === 'http_status' ? { at: 'gateway', kind, status: 503, method } : { at: 'gateway', kind, method },
      )
    }
  }
  const harness: Omit<PaymentGatewayHarness, 'refundInConsole'> = {
    // Notifications come to this process instead of the sample's address.
    gateway: {
      ...gateway,
      payPage: (attempt, product) => gateway.payPage({ ...attempt, notifyUrl: shop.inbox.url }, product),
    },
    notifyReader: shop.notifyReader,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    login: async ({ url }) => mustBe('logged_in', await sandbox.buyer.login(url)),
    pay: async ({ url }: PayPage) => mustBe('paid', await sandbox.buyer.pay(url)),
    makeAnswersUnclear: async () => strike('http_status'),
    loseAnswers: async () => strike('reset_after_processing'),
    addUnsignedClaims: async () => everyMethod.forEach((method) => void sandbox.fault({ ...unsignedClaim, method })),
    makeAnswersClear: async () => sandbox.clearFaults(),
    holdRefunds: async () => void heldRefunds.forEach((rule) => void sandbox.fault(rule)),
    releaseRefunds: async () => sandbox.clearFaults(),
    moneyOf: async (payNo) => moneyOf(shop, payNo),
    notification: (payNo) => newestNotification(shop, payNo),
    forgedNotification: async (payNo) =>
      bytesOf(sandbox.signNotify(await newestFields(shop, payNo), { key: somebodyElse })),
    foreignNotification: async (payNo) =>
      bytesOf(sandbox.signNotify({ ...(await newestFields(shop, payNo)), app_id: '2021999999999999' })),
    secrets: [...keyLines(sandbox.merchant.privateKey), '159****5620', '2088000000000001'],
    dispose: async () => shop[Symbol.asyncDispose](),
  }
  return Object.assign(harness, {
    async refundInConsole(payNo: PayNo, amountFen: number, outRequestNo: string) {
      sandbox.refundInConsole(payNo, { amountFen, outRequestNo })
      return newestNotification(shop, payNo)
    },
  })
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Any line of a key is a leak, not only the first. */
const keyLines = (pem: string) => pem.split('\n').filter((line) => line.length === 64)

function mustBe(wanted: ButtonResult['result'], { result, errorCode }: ButtonResult): void {
  if (result !== wanted) throw new Error(`The cashier does not let the buyer: ${result} ${errorCode ?? ''}`)
}

function moneyOf({ sandbox }: Shop, payNo: PayNo) {
  const trade = sandbox.trades.get(payNo)
  if (trade?.paidAt === undefined) return { received: 0, refunded: 0 }
  return { received: trade.totalFen, refunded: fen(trade.refundedFen) }
}

async function newestNotification({ sandbox, inbox }: Shop, payNo: PayNo): Promise<Uint8Array> {
  await sandbox.settled()
  const body = inbox.bodies.findLast((each) => fieldsIn(each).out_trade_no === payNo)
  if (body === undefined) throw new Error(`No notification came about ${payNo}.`)
  return Uint8Array.from(body)
}

const fieldsIn = (body: Uint8Array): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body)))

async function newestFields(shop: Shop, payNo: PayNo): Promise<Record<string, string>> {
  const { sign: _sign, ...fields } = fieldsIn(await newestNotification(shop, payNo))
  return fields
}
