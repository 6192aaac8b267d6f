import type { Course } from '../learning/domain/course.js'
import { type CourseChoice, type CourseTableEntry, newChoice, tableEntryOf } from '../learning/domain/course-choice.js'
import type { Order, OrderRequest } from '../orders/domain/order.js'
import type { OrderGoods } from '../orders/domain/order-goods.js'
import { newPayRecord, type PayRecord } from '../orders/domain/pay-record.js'
import type { Refund } from '../orders/domain/refund.js'
import type { JournalEntry } from '../orders/ports/evidence-journal.js'
import type { PaymentFacts } from '../orders/ports/pay-record-repository.js'
import type { PaymentAttempt } from '../orders/ports/payment-gateway.js'
import * as ids from '../shared/identifiers.js'
import { type Fen, fen, LARGEST_AMOUNT } from '../shared/money.js'
import type { PayResultMessage } from '../shared/pay-result-message.js'
import { MessageType, OrderStatus, OrderType } from '../shared/status-codes.js'

/** 19 digits; neighbours are the same number to whoever takes an id for a JavaScript number. */
export const sampleId = (count: number): string => String(7_123_456_789_012_345_000n + BigInt(count))

/** 2026-01-02T03:04:05.678Z. */
export const SAMPLE_TIME = 1_767_323_045_678

/** Letters beyond the basic plane need four bytes in UTF-8, which old MySQL tables cannot hold. */
export const SAMPLE_TEXT = 'Java编程思想 «第四版» 📚 it\'s "50%"'

/**
 * Amounts that go wrong where somebody computes in floats, in 32 bits or in ten digits: 0.29 * 100 is 28.999999999999996, and
 * the largest payment but one fen is no 32-bit float.
 */
export const awkwardAmounts: readonly Fen[] = [1, 29, 115, 1_990, LARGEST_AMOUNT - 1, LARGEST_AMOUNT].map(fen)

export const sampleUserId = ids.userId('user-7')
export const otherUserId = ids.userId('user-8')

export const sampleGoods = (changes: Partial<OrderGoods> = {}): OrderGoods => ({
  goodsId: '1',
  goodsType: OrderType.course,
  goodsName: SAMPLE_TEXT,
  goodsPrice: fen(9_900),
  goodsDetail: '',
  ...changes,
})

export function sampleRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  const goods = changes.goods ?? [sampleGoods()]
  return {
    outBusinessId: ids.outBusinessId(sampleId(900)),
    orderType: OrderType.course,
    totalPrice: fen(9_900),
    orderName: SAMPLE_TEXT,
    orderDescrip: '一门课',
    orderDetail: JSON.stringify(goods.map((line) => ({ ...line, goodsPrice: line.goodsPrice / 100 }))),
    goods,
    ...changes,
  }
}

/** An unpaid order. `count` makes its id and its `outBusinessId`, unless changed. */
export const sampleOrder = (count = 1, changes: Partial<Order> = {}): Order => ({
  ...sampleRequest({ outBusinessId: ids.outBusinessId(sampleId(900 + count)) }),
  id: ids.orderId(sampleId(count)),
  userId: sampleUserId,
  status: OrderStatus.unpaid,
  createDate: SAMPLE_TIME,
  expireDate: SAMPLE_TIME + 1_800_000,
  ...changes,
})

/** An unpaid attempt for `order`. `count` makes its number and its token. */
export const samplePayRecord = (order: Order, count = 1, changes: Partial<PayRecord> = {}): PayRecord => ({
  ...newPayRecord({
    payNo: ids.payNo(sampleId(100 + count)),
    token: ids.payToken(`${'sampleToken'.padEnd(18, '_')}${String(count).padStart(3, '0')}A`),
    order,
    addresses: {
      notifyUrl: 'https://shop.example/api/orders/receivenotify',
      returnUrl: 'https://shop.example/done?a=1',
    },
    now: SAMPLE_TIME,
  }),
  ...changes,
})

/** What a gateway is told of an attempt. `count` makes its number. */
export const samplePaymentAttempt = (count = 1, changes: Partial<PaymentAttempt> = {}): PaymentAttempt => {
  const { payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl } = samplePayRecord(sampleOrder(), count)
  return { payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl, ...changes }
}

export const samplePayment = (changes: Partial<PaymentFacts> = {}): PaymentFacts => ({
  outPayNo: '2026010222001400000000000001',
  outPayChannel: 'Alipay',
  paySuccessTime: SAMPLE_TIME + 61_000,
  receipt: 'booked',
  ...changes,
})

export const sampleRefund = (payRecord: PayRecord, count = 1, changes: Partial<Refund> = {}): Refund => ({
  id: ids.refundId(sampleId(200 + count)),
  outRequestNo: sampleId(200 + count),
  orderId: payRecord.orderId,
  payNo: payRecord.payNo,
  amount: fen(100),
  reason: '重复支付',
  cause: 'surplus',
  status: 'pending',
  createDate: SAMPLE_TIME + count,
  finishDate: null,
  ...changes,
})

export const sampleMessage = (count = 1, changes: Partial<PayResultMessage> = {}): PayResultMessage => ({
  id: ids.messageId(sampleId(300 + count)),
  messageType: MessageType.payResult,
  businessKey1: ids.outBusinessId(sampleId(900 + count)),
  businessKey2: OrderType.course,
  businessKey3: null,
  ...changes,
})

export const sampleEvidence = (count = 1, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  id: sampleId(400 + count),
  source: 'notify',
  receivedAt: SAMPLE_TIME + count,
  outTradeNo: sampleId(101),
  body: Uint8Array.of(0x61, 0x3d, 0x31),
  verdict: 'booked',
  ...changes,
})

export const sampleCourse = (changes: Partial<Course> = {}): Course => ({
  courseId: ids.courseId('1'),
  courseName: SAMPLE_TEXT,
  price: fen(9_900),
  validDays: 365,
  ...changes,
})

/** A choice that waits for its payment. `count` makes its id. */
export const sampleChoice = (count = 1, changes: Partial<CourseChoice> = {}): CourseChoice => ({
  ...newChoice({
    id: ids.chooseCourseId(sampleId(500 + count)),
    userId: sampleUserId,
    course: sampleCourse(),
    now: SAMPLE_TIME,
  }),
  ...changes,
})

export const sampleTableEntry = (choice: CourseChoice, changes: Partial<CourseTableEntry> = {}): CourseTableEntry => ({
  ...tableEntryOf(choice, SAMPLE_TIME),
  ...changes,
})
