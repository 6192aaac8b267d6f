import { describe, expect, it } from 'vitest'
import { sampleId, sampleOrder, samplePayRecord } from '../../contracts/sample-data.js'
import { payNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { latePaymentPolicy, type Merchant, type PaymentEvidence, refuseEvidence } from './payment-evidence.js'

const merchant: Merchant = { channel: 'Alipay', appId: '2021000000000001', sellerId: '2088000000000001' }
const payRecord = samplePayRecord(sampleOrder())
const ours: PaymentEvidence = {
  source: 'notify',
  appId: merchant.appId,
  sellerId: merchant.sellerId,
  outTradeNo: payRecord.payNo,
  tradeNo: '2026010222001400000000000001',
  tradeStatus: 'paid',
  totalAmount: payRecord.totalPrice,
  paidAt: 1,
  refundedAmount: fen(0),
}

describe('the gate for a proof of payment', () => {
  it('given a proof that is ours in every part, then it passes', () => {
    expect(refuseEvidence(ours, merchant, payRecord)).toBeNull()
  })

  it.each(['query', 'bill'] as const)('given a %s that does not name the seller, then it passes', (source) => {
    expect(refuseEvidence({ ...ours, source, sellerId: null }, merchant, payRecord)).toBeNull()
  })

  // Each changes one part only.
  it.each<[Partial<PaymentEvidence>, string]>([
    [{ appId: '2021000000000002' }, 'foreign_app'],
    [{ appId: '' }, 'foreign_app'],
    [{ sellerId: '2088000000000002' }, 'foreign_seller'],
    [{ sellerId: '' }, 'foreign_seller'],
    [{ outTradeNo: sampleId(102) }, 'unknown_out_trade_no'],
    [{ outTradeNo: '' }, 'unknown_out_trade_no'],
    [{ totalAmount: fen(payRecord.totalPrice - 1) }, 'wrong_amount'],
    [{ totalAmount: fen(payRecord.totalPrice + 1) }, 'wrong_amount'],
    [{ totalAmount: fen(0) }, 'wrong_amount'],
  ])('given a proof with %j, then it is refused as %s', (change, refusal) => {
    for (const source of ['notify', 'query', 'bill'] as const) {
      expect(refuseEvidence({ ...ours, ...change, source }, merchant, payRecord)).toBe(refusal)
    }
  })

  it('given a number that no attempt has, then it is refused', () => {
    expect(refuseEvidence(ours, merchant, null)).toBe('unknown_out_trade_no')
  })

  it('given an attempt of another number, then it is refused', () => {
    expect(refuseEvidence(ours, merchant, { ...payRecord, payNo: payNo(sampleId(102)) })).toBe('unknown_out_trade_no')
  })

  it.each<Partial<PaymentEvidence>>([
    { tradeStatus: 'closed' },
    { tradeStatus: 'unknown' },
    { paidAt: null },
    { refundedAmount: fen(1) },
    { tradeNo: 'any' },
  ])('given %j, then that is for the settlement to judge, and the gate lets it pass', (change) => {
    expect(refuseEvidence({ ...ours, ...change }, merchant, payRecord)).toBeNull()
  })
})

describe('latePaymentPolicy', () => {
  it.each(['fulfil', 'refund', 'hold'])('given %s, then it is that policy', (value) => {
    expect(latePaymentPolicy(value)).toBe(value)
  })

  it.each(['', 'Refund', 'keep', ' hold'])('given "%s", then it is refused', (value) => {
    expect(() => latePaymentPolicy(value)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
