import type { Merchant } from '../../src/orders/domain/payment-evidence.js'
import type {
  CloseAnswer,
  PaymentGateway,
  QueryAnswer,
  RefundAnswer,
  RefundInstruction,
  RefundQueryAnswer,
} from '../../src/orders/ports/payment-gateway.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { asciiBytes, writeNotify } from './fake-notify-format.js'
import { acceptRefund, type FakeTrade, notifyFieldsOf } from './fake-trade.js'

/**
 * - `clear`: as it is.
 * - `unknown`: the gateway cannot be reached; nothing happens there.
 * - `no_trade`: the gateway says that it knows of no trade, whatever is true; nothing happens there.
 * - `timeout_after_booking`: what was asked for is done, but the answer is lost.
 * - `unsigned_claim`: as it is, and somebody on the way adds to the body that all is paid and refunded.
 */
export type AnswerMode = 'clear' | 'unknown' | 'no_trade' | 'timeout_after_booking' | 'unsigned_claim'

const lostAnswer = { kind: 'unknown', reason: 'no answer came' } as const
const UNSIGNED_CLAIM = asciiBytes(',{"claim":"paid and refunded"}')
const noTrade = { kind: 'no_trade' } as const
const noTradeToRefund: RefundAnswer = { kind: 'refused', reason: 'the trade does not exist' }

/** The calls that a gateway answers, with their faults. */
export function scriptedAnswers(find: (payNo: PayNo) => FakeTrade | undefined, merchant: Merchant) {
  const calls = { query: 0, close: 0, refund: 0, queryRefund: 0 }
  const script: { mode: AnswerMode; holdRefunds: boolean } = { mode: 'clear', holdRefunds: false }

  async function answer<Answer extends object>(
    call: keyof typeof calls,
    payNo: PayNo,
    act: () => Answer,
    whenNoTrade: Answer,
  ): Promise<Answer | typeof lostAnswer> {
    calls[call] += 1
    if (script.mode === 'unknown') return lostAnswer
    const said = script.mode === 'no_trade' ? whenNoTrade : act()
    if (script.mode === 'timeout_after_booking') return lostAnswer
    const body = 'body' in said ? (said.body as Uint8Array) : asciiBytes(JSON.stringify({ call, payNo, ...said }))
    return { ...said, body: script.mode === 'unsigned_claim' ? Uint8Array.from([...body, ...UNSIGNED_CLAIM]) : body }
  }

  const query = (payNo: PayNo): QueryAnswer => {
    const trade = find(payNo)
    if (trade === undefined) return noTrade
    const fields = notifyFieldsOf(trade, merchant)
    // As Alipay's query, it names neither the seller nor what was refunded.
    const evidence = { ...fields, source: 'query', sellerId: null, refundedAmount: fen(0) } as const
    return { kind: 'evidence', evidence, body: writeNotify(fields) }
  }
  const close = (payNo: PayNo): CloseAnswer => {
    const trade = find(payNo)
    if (trade === undefined) return noTrade
    if (trade.paidAt !== null) return { kind: 'not_closable' }
    trade.status = 'closed'
    return { kind: 'closed' }
  }
  const queryRefund = (payNo: PayNo, outRequestNo: string): RefundQueryAnswer => {
    const refund = find(payNo)?.refunds.get(outRequestNo)
    return refund?.moved ? { kind: 'succeeded', amount: refund.amount } : { kind: 'absent' }
  }
  const refund = (instruction: RefundInstruction): RefundAnswer => {
    const trade = find(instruction.payNo)
    return trade === undefined ? noTradeToRefund : acceptRefund(trade, instruction, !script.holdRefunds)
  }

  const gateway: Pick<PaymentGateway, 'query' | 'close' | 'refund' | 'queryRefund'> = {
    query: (payNo) => answer('query', payNo, () => query(payNo), noTrade),
    close: (payNo) => answer('close', payNo, () => close(payNo), noTrade),
    refund: (instruction) => answer('refund', instruction.payNo, () => refund(instruction), noTradeToRefund),
    queryRefund: (payNo, outRequestNo) =>
      answer<RefundQueryAnswer>('queryRefund', payNo, () => queryRefund(payNo, outRequestNo), { kind: 'absent' }),
  }
  return {
    gateway,
    calls: calls as Readonly<typeof calls>,
    answer: (mode: AnswerMode) => {
      script.mode = mode
    },
    holdRefunds: (hold: boolean) => {
      script.holdRefunds = hold
    },
  }
}
