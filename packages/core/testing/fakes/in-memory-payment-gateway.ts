import type { Merchant } from '../../src/orders/domain/payment-evidence.js'
import type { NotifyReader } from '../../src/orders/ports/notify-reader.js'
import type { PaymentAttempt, PaymentGateway, PayProduct } from '../../src/orders/ports/payment-gateway.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Fen } from '../../src/shared/money.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import { copyOf } from './copy-of.js'
import { forgeNotify, type NotifyFields, signatureOf, writeNotify } from './fake-notify-format.js'
import { acceptRefund, type FakeTrade, notifyFieldsOf, settleRefunds } from './fake-trade.js'
import { type AnswerMode, scriptedAnswers } from './in-memory-gateway-answers.js'
import { inMemoryNotifyReader } from './in-memory-notify-reader.js'

export const fakeMerchant: Merchant = { channel: 'Alipay', appId: '2021000000000001', sellerId: '2088000000000001' }

/** The buyer in front of the gateway's page. All of them throw when a page like this would say no. */
export interface FakeBuyer {
  /** Opens the page that `payPage` made for this attempt and signs in: from here on the gateway has a trade. */
  login(payNo: PayNo): void
  /** Signs in where needed and pays. */
  pay(payNo: PayNo): void
}

/** The merchant's own web page at the gateway, where a person refunds without our system. */
export interface FakeMerchantConsole {
  /**
   * Refunds, and returns the bytes of the notification about it. It names `outRequestNo` only when one is
   * given. Throws when the gateway says no.
   */
  refund(payNo: PayNo, amount: Fen, outRequestNo?: string): Uint8Array
}

export interface InMemoryPaymentGateway {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly buyer: FakeBuyer
  readonly console: FakeMerchantConsole
  /** How calls are answered from now on. */
  answer(mode: AnswerMode): void
  /** True: a refund is only `accepted`, and its money moves with `settleRefunds`. */
  holdRefunds(hold: boolean): void
  settleRefunds(): void
  /** TRADE_SUCCESS becomes TRADE_FINISHED: the time for refunds is over. */
  finish(payNo: PayNo): void
  /** The bytes of a notification about the trade as it is now, with some fields changed, genuinely signed. */
  notify(payNo: PayNo, changes?: Partial<NotifyFields>): Uint8Array
  /** The same, but the signature is somebody else's. */
  forge(payNo: PayNo, changes?: Partial<NotifyFields>): Uint8Array
  /** Calls of the gateway so far, by method: a throttle is tested with it. */
  readonly calls: Readonly<Record<'query' | 'close' | 'refund' | 'queryRefund', number>>
  /** Money that moved: received from buyers and refunded, in fen. */
  moneyOf(payNo: PayNo): { readonly received: number; readonly refunded: number }
}

/** A gateway in memory, with a buyer and faults on demand. A trade exists once the buyer has acted, as at Alipay. */
export function inMemoryPaymentGateway(options: {
  readonly clock: Clock
  readonly merchant?: Merchant
}): InMemoryPaymentGateway {
  const { clock, merchant = fakeMerchant } = options
  const pages = new Map<PayNo, PaymentAttempt>()
  const trades = new Map<PayNo, FakeTrade>()
  const answers = scriptedAnswers((payNo) => current(payNo), merchant)

  const current = (payNo: PayNo) => {
    const trade = trades.get(payNo)
    // An unpaid trade is closed by the gateway itself when its time is over.
    if (trade?.status === 'waiting' && clock.now() >= trade.attempt.expireDate) trade.status = 'closed'
    return trade
  }
  const existing = (payNo: PayNo) => {
    const trade = current(payNo)
    if (trade === undefined) throw new Error(`The gateway has no trade ${payNo}.`)
    return trade
  }
  const login = (payNo: PayNo): FakeTrade => {
    const attempt = pages.get(payNo)
    if (attempt === undefined) throw new Error(`Nobody was shown a page for ${payNo}.`)
    const opened = { status: 'waiting', paidAt: null, refunds: new Map() } as const
    const trade: FakeTrade = current(payNo) ?? { ...opened, attempt, tradeNo: `20260102${payNo}` }
    if (clock.now() >= attempt.expireDate && trade.status !== 'paid') throw new Error('The page has run out.')
    trades.set(payNo, trade)
    return trade
  }

  return {
    gateway: {
      merchant,
      ...answers.gateway,
      async payPage(attempt, product = 'wap') {
        pages.set(attempt.payNo, copyOf(attempt))
        return { url: writePage(attempt, product, merchant) }
      },
    },
    notifyReader: inMemoryNotifyReader,
    buyer: {
      login: (payNo) => void login(payNo),
      pay(payNo) {
        const trade = login(payNo)
        if (trade.status !== 'waiting') throw new Error(`The trade is ${trade.status}.`)
        Object.assign(trade, { status: 'paid', paidAt: clock.now() })
      },
    },
    console: {
      refund(payNo, amount, outRequestNo) {
        const trade = existing(payNo)
        const number = outRequestNo ?? `console-${trade.refunds.size + 1}`
        const answer = acceptRefund(trade, { payNo, amount, reason: 'console', outRequestNo: number }, true)
        if (answer.kind !== 'succeeded') throw new Error(`The console does not refund: ${answer.kind}.`)
        return writeNotify({ ...notifyFieldsOf(trade, merchant), refundRequestNo: outRequestNo ?? null })
      },
    },
    answer: answers.answer,
    holdRefunds: answers.holdRefunds,
    settleRefunds: () => trades.forEach(settleRefunds),
    finish: (payNo) => void Object.assign(existing(payNo), { status: 'finished' }),
    notify: (payNo, changes) => writeNotify({ ...notifyFieldsOf(existing(payNo), merchant), ...changes }),
    forge: (payNo, changes) => forgeNotify({ ...notifyFieldsOf(existing(payNo), merchant), ...changes }),
    calls: answers.calls,
    moneyOf: (payNo) => {
      const trade = trades.get(payNo)
      if (trade === undefined || trade.paidAt === null) return { received: 0, refunded: 0 }
      return { received: trade.attempt.totalPrice, refunded: notifyFieldsOf(trade, merchant).refundedAmount }
    },
  }
}

/** Everything that is signed stands in the address; the order of its parts is fixed. */
function writePage(attempt: PaymentAttempt, product: PayProduct, merchant: Merchant): string {
  const { payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl } = attempt
  const signed = { ...merchant, product, payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl }
  const query = Object.entries(signed).map(([name, value]) => `${name}=${encodeURIComponent(String(value ?? ''))}`)
  return `https://gateway.invalid/pay?${query.join('&')}&sign=${signatureOf(signed)}`
}
