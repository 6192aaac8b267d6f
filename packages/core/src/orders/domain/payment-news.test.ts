import { describe, expect, it } from 'vitest'
import { sampleOrder, samplePayRecord } from '../../contracts/sample-data.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { paymentNews } from './payment-news.js'

const payRecord = samplePayRecord(sampleOrder())
const { unpaid, paid, refunded, closed } = PayStatus
const [before, at] = [payRecord.expireDate - 1, payRecord.expireDate]

describe('paymentNews', () => {
  // attempt, what became of its money, order, moment, what the buyer is told
  it.each([
    [unpaid, null, OrderStatus.unpaid, before, 'open'],
    [unpaid, null, OrderStatus.unpaid, at, 'expired'],
    [closed, null, OrderStatus.unpaid, before, 'closed'],
    [unpaid, null, OrderStatus.closed, before, 'closed'],
    [paid, 'booked', OrderStatus.paid, at, 'paid'],
    [closed, null, OrderStatus.paid, before, 'paid'],
    [paid, 'surplus', OrderStatus.paid, before, 'returning'],
    [paid, 'late', OrderStatus.closed, at, 'returning'],
    [paid, 'held', OrderStatus.closed, at, 'held'],
    [refunded, 'booked', OrderStatus.refunded, at, 'refunded'],
    [refunded, 'surplus', OrderStatus.paid, at, 'refunded'],
    [closed, null, OrderStatus.refunded, at, 'refunded'],
  ] as const)(
    'given an attempt %s (%s) of an order %s at %i, then it is %s',
    (status, receipt, orderStatus, now, news) => {
      expect(paymentNews({ ...payRecord, status, receipt }, orderStatus, now)).toBe(news)
    },
  )
})
