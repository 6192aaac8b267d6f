import { createHmac, timingSafeEqual } from 'node:crypto'
import { fen } from '@coursepay/core'
import type { Merchant, NotifyReader, NotifyReading, PaymentEvidence, PaymentGateway } from '@coursepay/core/ports'
import { z } from 'zod'

// WeCoin is imaginary: it and its merchants sign with one shared key. All that travels is
//   {"event":"<a JSON text>","sign":"<HMAC-SHA256 of that text, hex>"}

export interface WeCoinSettings {
  /** WeCoin's address, such as `https://api.wecoin.example`. */
  readonly address: string
  readonly merchant: Omit<Merchant, 'channel'>
  /** Shared with WeCoin; of 32 random bytes. */
  readonly key: string
  /** How long WeCoin may take to answer, in ms. */
  readonly timeoutMs?: number
  readonly fetch?: typeof globalThis.fetch
}

// #region words
/** WeCoin's words for the state of a trade; any other word is `unknown`, which changes nothing. */
const states = new Map<string, PaymentEvidence['tradeStatus']>([
  ['open', 'waiting'],
  ['paid', 'paid'],
  ['settled', 'finished'],
  ['void', 'closed'],
])

/** A trade as WeCoin describes it, in an answer and in a notification. Amounts are whole fen. */
const Trade = z.object({
  shop: z.string(),
  company: z.string(),
  order: z.string(),
  trade: z.string(),
  state: z.string(),
  amount: z.int().transform(fen),
  refunded: z.int().transform(fen),
  paidAt: z.int().nullable(),
  refund: z.string().nullable(),
})

function evidence(source: PaymentEvidence['source'], trade: z.output<typeof Trade>): PaymentEvidence {
  return {
    source,
    appId: trade.shop,
    sellerId: trade.company,
    outTradeNo: trade.order,
    tradeNo: trade.trade,
    tradeStatus: states.get(trade.state) ?? 'unknown',
    totalAmount: trade.amount,
    paidAt: trade.paidAt,
    refundedAmount: trade.refunded,
    refundRequestNo: trade.refund,
  }
}
// #endregion

// #region signature
const Sealed = z.object({ event: z.string(), sign: z.string() })

const sign = (text: string, key: string) => createHmac('sha256', key).update(text).digest('hex')

const seal = (event: object, key: string) => {
  const text = JSON.stringify(event)
  return JSON.stringify({ event: text, sign: sign(text, key) })
}

/** What a body says, and whether WeCoin signed it. Throws for what is no message of WeCoin's at all. */
function open(body: Uint8Array, key: string): { readonly genuine: boolean; readonly event: unknown } {
  const sealed = Sealed.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)))
  const [given, right] = [Buffer.from(sealed.sign), Buffer.from(sign(sealed.event, key))]
  const genuine = given.length === right.length && timingSafeEqual(given, right)
  return { genuine, event: JSON.parse(sealed.event) }
}
// #endregion

// #region reader
const Notification = z.object({ type: z.literal('notification'), trade: Trade })
const ClaimedTrade = z.object({ trade: z.object({ order: z.string(), shop: z.string() }) })

/** Reads WeCoin's notifications. Never throws: whatever bytes come in, they are a notification or they are rejected. */
function createReader({ key }: WeCoinSettings): NotifyReader {
  const rejected = (reason: string, event?: unknown): NotifyReading => {
    const claimed = ClaimedTrade.safeParse(event).data?.trade
    return { kind: 'rejected', reason, claimedOutTradeNo: claimed?.order ?? null, claimedAppId: claimed?.shop ?? null }
  }
  return {
    async read(body) {
      try {
        const { genuine, event } = open(body, key)
        if (!genuine) return rejected('bad_signature', event)
        // A shared key signs answers, and our pay pages too, which the buyer sees: only what calls itself a
        // notification is one.
        const notification = Notification.safeParse(event)
        if (!notification.success) return rejected('not_a_notification', event)
        return { kind: 'genuine', evidence: evidence('notify', notification.data.trade) }
      } catch {
        return rejected('malformed')
      }
    },
  }
}
// #endregion

// #region calls
type VerifiedAnswer = { readonly body: Uint8Array; readonly result: string; readonly event: unknown }
type UnknownAnswer = { readonly kind: 'unknown'; readonly reason: string; readonly body?: Uint8Array }

/** Every answer repeats what was asked, so that none can be taken for the answer to another question. */
const Answer = z.object({ type: z.literal('answer'), to: z.string(), order: z.string(), result: z.string() })

/** Asks WeCoin. Never throws: no answer, or one that is not surely WeCoin's answer to this question, is `unknown`. */
async function ask(
  settings: WeCoinSettings,
  operation: string,
  question: { order: string },
): Promise<VerifiedAnswer | UnknownAnswer> {
  const { address, merchant, key, timeoutMs = 5_000, fetch = globalThis.fetch } = settings
  let body: Uint8Array | undefined
  try {
    const sent = seal({ type: operation, shop: merchant.appId, ...question }, key)
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(`${address}/${operation}`, { method: 'POST', body: sent, signal })
    body = new Uint8Array(await response.arrayBuffer())
    const { genuine, event } = open(body, key)
    const answer = Answer.parse(event)
    const isOwnAnswer = genuine && answer.to === operation && answer.order === question.order
    return isOwnAnswer
      ? { body, result: answer.result, event }
      : { kind: 'unknown', reason: 'not an answer to this', body }
  } catch (error) {
    // The name alone: a message may quote what was sent.
    const reason = error instanceof Error ? error.name : 'failed'
    return { kind: 'unknown', reason, ...(body === undefined ? {} : { body }) }
  }
}

const unexpectedAnswer = ({ body, result }: VerifiedAnswer): UnknownAnswer => ({
  kind: 'unknown',
  reason: `WeCoin says ${result}`,
  body,
})
// #endregion

// #region gateway
const TradeAnswer = z.object({ trade: Trade })
const RefundedAnswer = z.object({ amount: z.int().transform(fen) })

function createGateway(settings: WeCoinSettings): PaymentGateway {
  const merchant = { channel: 'WeCoin', ...settings.merchant }
  return {
    merchant,

    async payPage({ payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl }) {
      const wanted = { order: payNo, amount: totalPrice, title: orderName, expires: expireDate, notifyUrl, returnUrl }
      const page = seal({ type: 'pay', shop: merchant.appId, ...wanted }, settings.key)
      return { url: `${settings.address}/pay?page=${encodeURIComponent(page)}` }
    },

    async query(payNo) {
      const answer = await ask(settings, 'query', { order: payNo })
      if ('kind' in answer) return answer
      if (answer.result === 'no_trade') return { kind: 'no_trade', body: answer.body }
      const trade = TradeAnswer.safeParse(answer.event).data?.trade
      if (answer.result !== 'trade' || trade?.order !== payNo) return unexpectedAnswer(answer)
      return { kind: 'evidence', evidence: evidence('query', trade), body: answer.body }
    },

    async close(payNo) {
      const answer = await ask(settings, 'close', { order: payNo })
      if ('kind' in answer) return answer
      const { result, body } = answer
      if (result === 'closed' || result === 'no_trade' || result === 'not_closable') return { kind: result, body }
      return unexpectedAnswer(answer)
    },

    async refund({ payNo, amount, reason, outRequestNo }) {
      const answer = await ask(settings, 'refund', { order: payNo, ...{ amount, reason, number: outRequestNo } })
      if ('kind' in answer) return answer
      const { result, body } = answer
      if (result === 'refused') return { kind: 'refused', reason: 'WeCoin refuses the refund', body }
      if (result === 'trade_closed') return { kind: 'trade_closed', body }
      if (result === 'refunded') return { kind: 'succeeded', body }
      return result === 'taken' ? { kind: 'accepted', body } : unexpectedAnswer(answer)
    },

    async queryRefund(payNo, outRequestNo) {
      const answer = await ask(settings, 'refund-query', { order: payNo, ...{ number: outRequestNo } })
      if ('kind' in answer) return answer
      if (answer.result === 'absent') return { kind: 'absent', body: answer.body }
      const refund = RefundedAnswer.safeParse(answer.event).data
      if (answer.result !== 'refunded' || refund === undefined) return unexpectedAnswer(answer)
      return { kind: 'succeeded', amount: refund.amount, body: answer.body }
    },
  }
}
// #endregion

/** Both doors to one WeCoin shop. */
export const createWeCoin = (settings: WeCoinSettings) => ({
  gateway: createGateway(settings),
  notifyReader: createReader(settings),
})
