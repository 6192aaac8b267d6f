import { describe, expect, it } from 'vitest'
import {
  otherUserId,
  sampleGoods,
  sampleId,
  sampleOrder,
  sampleRequest,
  sampleUserId,
} from '../../contracts/sample-data.js'
import { orderId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { OrderStatus } from '../../shared/status-codes.js'
import { checkNewAttempt, newOrder } from './order.js'

const refused = (code: string) => expect.objectContaining({ code })

describe('newOrder', () => {
  it('given a request, then the order is unpaid and runs out when its time is over', () => {
    const request = sampleRequest()
    const id = orderId(sampleId(1))
    const order = newOrder({ id, userId: sampleUserId, request, now: 1_000, timeToLiveMs: 60_000 })
    expect(order).toEqual({
      ...request,
      id,
      userId: sampleUserId,
      status: OrderStatus.unpaid,
      createDate: 1_000,
      expireDate: 61_000,
    })
  })
})

describe('checkNewAttempt', () => {
  const request = sampleRequest()
  const order = sampleOrder(1, request)
  const attempt = (changes: Partial<typeof order>, wanted = request, userId = sampleUserId) => {
    return () => checkNewAttempt({ ...order, ...changes }, userId, wanted)
  }

  it.each([OrderStatus.unpaid, OrderStatus.closed])(
    'given an order in state %s, then one more attempt is allowed',
    (status) => {
      expect(attempt({ status })).not.toThrow()
    },
  )

  it.each([
    [OrderStatus.paid, 'order_already_paid'],
    [OrderStatus.refunded, 'order_already_refunded'],
  ])('given an order in state %s, then it is %s', (status, code) => {
    expect(attempt({ status })).toThrow(refused(code))
  })

  it('given another user, then it is not theirs, whatever else is wrong', () => {
    const other = sampleRequest({ orderName: 'other' })
    expect(attempt({ status: OrderStatus.paid }, other, otherUserId)).toThrow(refused('not_yours'))
  })

  it.each([
    { orderType: '60202' },
    { totalPrice: fen(1) },
    { orderName: 'other' },
    { orderDescrip: 'other' },
    { orderDescrip: null },
    { goods: [sampleGoods({ goodsName: 'other' })] },
    { goods: [] },
  ])('given the same business id with other content %j, then it is a conflict', (change) => {
    expect(attempt({}, { ...request, ...change })).toThrow(refused('business_id_conflict'))
  })

  it('given the same goods in another spelling of the JSON, then it is the same order', () => {
    expect(attempt({}, { ...request, orderDetail: ` ${request.orderDetail} ` })).not.toThrow()
  })

  it('given other content for an order that is paid, then it is a conflict first', () => {
    expect(attempt({ status: OrderStatus.paid }, { ...request, orderName: 'other' })).toThrow(
      refused('business_id_conflict'),
    )
  })
})
