import { describe, expect, it } from 'vitest'
import { sampleOrder, samplePayRecord } from '../../contracts/sample-data.js'
import { fen } from '../../shared/money.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { LatePaymentPolicy, PaymentEvidence, TradeStatus } from './payment-evidence.js'
import { type Settlement, settle } from './settlement.js'

const orderStates = ['unpaid', 'paid', 'refunded', 'closed'] as const
const attemptStates = ['unpaid', 'paid', 'refunded', 'closed'] as const
const tradeStates: readonly TradeStatus[] = ['waiting', 'paid', 'finished', 'closed', 'unknown']
const policies: readonly LatePaymentPolicy[] = ['fulfil', 'refund', 'hold']

interface Case {
  readonly order: (typeof orderStates)[number]
  readonly attempt: (typeof attemptStates)[number]
  readonly gateway: TradeStatus
  readonly policy?: LatePaymentPolicy
  readonly refunded?: number
}

/** What is made of a proof, in one word. */
function outcomeOf({ order: orderState, attempt, gateway, policy = 'refund', refunded = 0 }: Case): string {
  const order = sampleOrder(1, { status: OrderStatus[orderState] })
  const payRecord = samplePayRecord(order, 1, { status: PayStatus[attempt] })
  const evidence: PaymentEvidence = {
    source: 'notify',
    appId: 'app',
    sellerId: 'seller',
    outTradeNo: payRecord.payNo,
    tradeNo: 'trade',
    tradeStatus: gateway,
    totalAmount: payRecord.totalPrice,
    paidAt: 1,
    refundedAmount: fen(refunded),
  }
  const settlement: Settlement = settle({ order, payRecord, evidence, latePolicy: policy })
  return settlement.kind === 'unchanged' ? `quiet: ${settlement.why}` : settlement.kind
}

describe('what a proof of payment means', () => {
  // The rules as a table: what our books say, what the gateway says, what is done.
  it.each<[order: Case['order'], attempt: Case['attempt'], gateway: TradeStatus, outcome: string]>([
    ['unpaid', 'unpaid', 'paid', 'booked'],
    ['unpaid', 'unpaid', 'finished', 'booked'],
    ['unpaid', 'unpaid', 'waiting', 'quiet: not_paid_yet'],
    ['unpaid', 'unpaid', 'unknown', 'quiet: unknown_status'],
    ['unpaid', 'unpaid', 'closed', 'attempt_closed'],
    // The order was opened again for another attempt, and the earlier one is paid after all: it is the same order.
    ['unpaid', 'closed', 'paid', 'booked'],
    ['unpaid', 'closed', 'closed', 'quiet: already_settled'],
    // Paid by another attempt: the money is too much.
    ['paid', 'unpaid', 'paid', 'surplus'],
    ['paid', 'closed', 'paid', 'surplus'],
    ['paid', 'unpaid', 'finished', 'surplus'],
    ['refunded', 'unpaid', 'paid', 'surplus'],
    // The same proof once more.
    ['paid', 'paid', 'paid', 'quiet: already_settled'],
    ['paid', 'paid', 'finished', 'quiet: already_settled'],
    ['paid', 'paid', 'waiting', 'quiet: not_paid_yet'],
    // A trade that closes after it was paid (its refunds are over, or it was refunded whole) takes nothing back.
    ['paid', 'paid', 'closed', 'quiet: already_settled'],
    ['refunded', 'refunded', 'closed', 'quiet: already_settled'],
    ['paid', 'unpaid', 'closed', 'attempt_closed'],
    // Money that went back already.
    ['paid', 'refunded', 'paid', 'quiet: already_settled'],
    ['refunded', 'refunded', 'finished', 'quiet: already_settled'],
  ])(
    'given an order that is %s by our books and an attempt that is %s, when the gateway says %s, then: %s',
    (order, attempt, gateway, outcome) => {
      expect(outcomeOf({ order, attempt, gateway })).toBe(outcome)
    },
  )

  it.each<[LatePaymentPolicy, string]>([
    ['fulfil', 'booked'],
    ['refund', 'late'],
    ['hold', 'held'],
  ])('given money for a closed order, when the policy is %s, then: %s', (policy, outcome) => {
    for (const attempt of ['unpaid', 'closed'] as const) {
      for (const gateway of ['paid', 'finished'] as const) {
        expect(outcomeOf({ order: 'closed', attempt, gateway, policy })).toBe(outcome)
      }
    }
  })

  it.each(policies)('given the policy %s, then it matters for money after the close and for nothing else', (policy) => {
    for (const order of ['unpaid', 'paid', 'refunded'] as const) {
      for (const attempt of attemptStates) {
        for (const gateway of tradeStates) {
          expect(outcomeOf({ order, attempt, gateway, policy })).toBe(outcomeOf({ order, attempt, gateway }))
        }
      }
    }
  })

  it.each(orderStates)(
    'given a refund’s notification for an order that is %s, then it is not taken for a payment',
    (order) => {
      for (const attempt of ['unpaid', 'closed'] as const) {
        expect(outcomeOf({ order, attempt, gateway: 'paid', refunded: 1 })).toBe('quiet: refund_notice')
      }
      expect(outcomeOf({ order, attempt: 'paid', gateway: 'paid', refunded: 1 })).toBe('quiet: already_settled')
    },
  )

  it('given an attempt whose money is on record, then no word of the gateway changes anything', () => {
    for (const order of orderStates) {
      for (const attempt of ['paid', 'refunded'] as const) {
        for (const gateway of tradeStates) expect(outcomeOf({ order, attempt, gateway })).toMatch(/^quiet/)
      }
    }
  })

  it('given a word that we do not know, or a trade that waits, then nothing changes, whatever our books say', () => {
    for (const order of orderStates) {
      for (const attempt of attemptStates) {
        expect(outcomeOf({ order, attempt, gateway: 'unknown' })).toBe('quiet: unknown_status')
        expect(outcomeOf({ order, attempt, gateway: 'waiting' })).toBe('quiet: not_paid_yet')
      }
    }
  })
})
