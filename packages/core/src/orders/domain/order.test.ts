import { describe, expect, it } from 'vitest'
import { samplePaidOrder, samplePayment, sampleReceipt, sampleRefund } from '../../../testing/contracts/index.js'
import { bookedPayment, findRefund, orderNotFoundError, paymentNotFoundError, requirePayment } from './order.js'
import type { Payment } from './payment.js'

const paid = samplePaidOrder()
const payment = paid.payments[0] as Payment
const surplus = samplePayment(paid, 2, sampleReceipt({ receipt: 'surplus' }))

describe('an order knows its parts', () => {
  it('the payment that paid it, wherever it stands', () => {
    expect(bookedPayment({ ...paid, payments: [surplus, payment] })).toBe(payment)
  })

  it('a refund by its payment and its number', () => {
    const refund = sampleRefund(surplus, 2)
    const others = [
      sampleRefund(payment, 1),
      sampleRefund(payment, 3, { outRequestNo: refund.outRequestNo }),
      sampleRefund(surplus, 4),
    ]
    expect(findRefund({ ...paid, refunds: [...others, refund] }, surplus.payNo, refund.outRequestNo)).toBe(refund)
  })

  it('and says when it has none of this name', () => {
    const refusal = expect.objectContaining({ code: 'pay_record_not_found' })
    expect(() => requirePayment({ ...paid, payments: [] }, payment.payNo)).toThrow(refusal)
    expect(paymentNotFoundError().message).toBe('There is no such payment. Check its number.')
    const message = 'There is no such order. Check its number.'
    expect(orderNotFoundError()).toMatchObject({ code: 'order_not_found', message })
  })
})
