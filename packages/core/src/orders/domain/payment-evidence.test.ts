import { describe, expect, it } from 'vitest'
import { sampleId, sampleOrder, samplePayment } from '../../../testing/contracts/index.js'
import { payNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { evidenceRefusalOf, type Merchant, type PaymentEvidence, readLatePaymentPolicy } from './payment-evidence.js'

const merchant: Merchant = { channel: 'Alipay', appId: '2021000000000001', sellerId: '2088000000000001' }
const payment = samplePayment(sampleOrder())
const ours: PaymentEvidence = {
  source: 'notify',
  appId: merchant.appId,
  sellerId: merchant.sellerId,
  outTradeNo: payment.payNo,
  tradeNo: '2026010222001400000000000001',
  tradeStatus: 'paid',
  totalAmount: payment.totalPrice,
  paidAt: 1,
  refundedAmount: fen(0),
  refundRequestNo: null,
}

describe('the gate for a proof of payment', () => {
  it('a proof that is ours in every part passes', () => {
    expect(evidenceRefusalOf(ours, merchant, payment)).toBeNull()
  })

  it.each(['query', 'bill'] as const)('a %s that does not name the seller passes', (source) => {
    expect(evidenceRefusalOf({ ...ours, source, sellerId: null }, merchant, payment)).toBeNull()
  })

  // Each changes one part only.
  it.each<[Partial<PaymentEvidence>, string]>([
    [{ appId: '2021000000000002' }, 'foreign_app'],
    [{ appId: '' }, 'foreign_app'],
    [{ sellerId: '2088000000000002' }, 'foreign_seller'],
    [{ sellerId: '' }, 'foreign_seller'],
    [{ outTradeNo: sampleId(102) }, 'unknown_out_trade_no'],
    [{ outTradeNo: '' }, 'unknown_out_trade_no'],
    [{ totalAmount: fen(payment.totalPrice - 1) }, 'wrong_amount'],
    [{ totalAmount: fen(payment.totalPrice + 1) }, 'wrong_amount'],
    [{ totalAmount: fen(0) }, 'wrong_amount'],
  ])('a proof with %j is refused as %s', (change, refusal) => {
    for (const source of ['notify', 'query', 'bill'] as const) {
      expect(evidenceRefusalOf({ ...ours, ...change, source }, merchant, payment)).toBe(refusal)
    }
  })

  it('a number that no payment has is refused', () => {
    expect(evidenceRefusalOf(ours, merchant, null)).toBe('unknown_out_trade_no')
  })

  it('a payment of another number is refused', () => {
    expect(evidenceRefusalOf(ours, merchant, { ...payment, payNo: payNo(sampleId(102)) })).toBe('unknown_out_trade_no')
  })

  it.each<Partial<PaymentEvidence>>([
    { tradeStatus: 'closed' },
    { tradeStatus: 'unknown' },
    { paidAt: null },
    { refundedAmount: fen(1) },
    { refundRequestNo: 'r-1' },
    { tradeNo: 'any' },
  ])('%j is for the settlement to judge, and the gate lets it pass', (change) => {
    expect(evidenceRefusalOf({ ...ours, ...change }, merchant, payment)).toBeNull()
  })
})

describe('readLatePaymentPolicy', () => {
  it.each(['fulfil', 'refund', 'hold'])('%s is that policy', (value) => {
    expect(readLatePaymentPolicy(value)).toBe(value)
  })

  it.each(['', 'Refund', 'keep', ' hold'])('"%s" is refused', (value) => {
    expect(() => readLatePaymentPolicy(value)).toThrow(
      expect.objectContaining({
        ...{ code: 'invalid_request', message: 'The policy for late payments must be fulfil, refund or hold.' },
      }),
    )
  })
})
