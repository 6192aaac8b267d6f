import { describe, expect, it } from 'vitest'
import { sampleId, sampleOrder, samplePayRecord } from '../../contracts/sample-data.js'
import { payNo, payToken } from '../../shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { checkPayable, newPayRecord } from './pay-record.js'

const order = sampleOrder()

describe('newPayRecord', () => {
  it('given an order, then the attempt freezes what will be signed', () => {
    const made = {
      payNo: payNo(sampleId(101)),
      token: payToken('anyTokenOf22Characters'),
      addresses: { notifyUrl: 'https://shop.example/notify', returnUrl: null },
    }
    expect(newPayRecord({ payNo: made.payNo, token: made.token, addresses: made.addresses, order, now: 5 })).toEqual({
      payNo: made.payNo,
      token: made.token,
      notifyUrl: 'https://shop.example/notify',
      returnUrl: null,
      orderId: order.id,
      userId: order.userId,
      orderName: order.orderName,
      totalPrice: order.totalPrice,
      expireDate: order.expireDate,
      createDate: 5,
      status: PayStatus.unpaid,
      outPayNo: null,
      outPayChannel: null,
      paySuccessTime: null,
      receipt: null,
    })
  })

  it('given a place for the token in the return address, then the attempt has an address of its own', () => {
    const made = { payNo: payNo(sampleId(101)), token: payToken('anyTokenOf22Characters'), order, now: 5 }
    const addresses = { notifyUrl: 'https://shop.example/{token}', returnUrl: 'https://shop.example/p/{token}/return' }
    expect(newPayRecord({ ...made, addresses })).toMatchObject({
      notifyUrl: 'https://shop.example/{token}',
      returnUrl: 'https://shop.example/p/anyTokenOf22Characters/return',
    })
  })
})

describe('checkPayable', () => {
  const payRecord = samplePayRecord(order)
  const { unpaid, paid, refunded, closed } = PayStatus
  const [before, at] = [payRecord.expireDate - 1, payRecord.expireDate]

  it('given an unpaid attempt of an unpaid order in its time, then it may be paid', () => {
    expect(() => checkPayable(payRecord, order, before)).not.toThrow()
  })

  // attempt, order, moment, what the buyer is told
  it.each([
    [paid, OrderStatus.unpaid, before, 'order_already_paid'],
    [unpaid, OrderStatus.paid, before, 'order_already_paid'],
    [closed, OrderStatus.paid, at, 'order_already_paid'],
    [refunded, OrderStatus.unpaid, before, 'order_already_refunded'],
    [unpaid, OrderStatus.refunded, before, 'order_already_refunded'],
    [refunded, OrderStatus.paid, at, 'order_already_refunded'],
    [unpaid, OrderStatus.unpaid, at, 'pay_record_expired'],
    [closed, OrderStatus.closed, at, 'pay_record_expired'],
    [closed, OrderStatus.unpaid, before, 'order_closed'],
    [unpaid, OrderStatus.closed, before, 'order_closed'],
  ])('given an attempt in state %s of an order in state %s at %i, then it is %s', (status, orderStatus, now, code) => {
    const check = () => checkPayable({ ...payRecord, status }, { ...order, status: orderStatus }, now)
    expect(check).toThrow(expect.objectContaining({ code }))
  })
})
