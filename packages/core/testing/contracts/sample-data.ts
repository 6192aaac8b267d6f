import type { Course } from '../../src/learning/domain/course.js'
import {
  type CourseChoice,
  type CourseTableEntry,
  newChoice,
  tableEntryOf,
} from '../../src/learning/domain/course-choice.js'
import type { Order, OrderRequest } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import { placeOrder } from '../../src/orders/domain/place-order.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { JournalEntry } from '../../src/orders/ports/evidence-journal.js'
import type { OrderCommit } from '../../src/orders/ports/order-repository.js'
import type { PaymentAttempt } from '../../src/orders/ports/payment-gateway.js'
import type { ScheduleEntry } from '../../src/orders/ports/poll-schedule.js'
import { type OrderLine, writeOrderDetail } from '../../src/shared/goods.js'
import * as ids from '../../src/shared/identifiers.js'
import { type Fen, fen, MAX_AMOUNT_FEN } from '../../src/shared/money.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import type { PayResultMessage } from '../../src/shared/pay-result-message.js'
import { MessageType, OrderStatus, OrderType, PayStatus } from '../../src/shared/status-codes.js'

/** 19 digits; neighbours are the same JavaScript number. */
export const sampleId = (count: number): string => String(7_123_456_789_012_345_000n + BigInt(count))

/** 2026-01-02T03:04:05.678Z. */
export const SAMPLE_TIME = 1_767_323_045_678

/** Letters beyond the basic plane need four bytes in UTF-8, which old MySQL tables cannot hold. */
export const SAMPLE_TEXT = 'Java编程思想 «第四版» 📚 it\'s "50%"'

/**
 * Amounts that go wrong where somebody computes in floats, in 32 bits or in ten digits: 0.29 * 100 is
 * 28.999999999999996, and the largest payment but one fen is no 32-bit float.
 */
export const awkwardAmounts: readonly Fen[] = [1, 29, 115, 1_990, MAX_AMOUNT_FEN - 1, MAX_AMOUNT_FEN].map(fen)

export const sampleUserId = ids.userId('user-7')
export const otherUserId = ids.userId('user-8')

export const sampleGoods = (changes: Partial<OrderLine> = {}): OrderLine => ({
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
    outBusinessId: ids.outBusinessId(sampleId(900_000)),
    orderType: OrderType.course,
    totalPrice: fen(9_900),
    orderName: SAMPLE_TEXT,
    orderDescrip: '一门课',
    orderDetail: writeOrderDetail(goods),
    goods,
    ...changes,
  }
}

/** An unpaid order with one payment. `count` makes its ids and its `outBusinessId`, unless changed. */
export const sampleOrder = (count = 1, changes: Partial<Order> = {}): Order => {
  const request = sampleRequest({ outBusinessId: ids.outBusinessId(sampleId(900_000 + count)) })
  const [id, now] = [ids.orderId(sampleId(count)), SAMPLE_TIME]
  const placed = placeOrder({ id, userId: sampleUserId, request, now, timeToLiveMs: 1_800_000 })
  const order: Order = { ...placed, version: 1, ...changes }
  return changes.payments === undefined ? { ...order, payments: [samplePayment(order, count)] } : order
}

/** An unpaid payment of `order`. `count` makes its number and its token. */
export const samplePayment = (
  order: Pick<Order, 'id' | 'userId' | 'orderName' | 'totalPrice' | 'expireDate'>,
  count = 1,
  changes: Partial<Payment> = {},
): Payment => ({
  payNo: ids.payNo(sampleId(100_000 + count)),
  token: ids.payToken(`${'sampleToken'.padEnd(15, '_')}${String(count).padStart(6, '0')}A`),
  orderId: order.id,
  userId: order.userId,
  orderName: order.orderName,
  totalPrice: order.totalPrice,
  status: PayStatus.unpaid,
  createDate: SAMPLE_TIME,
  expireDate: order.expireDate,
  notifyUrl: 'https://shop.example/api/orders/receivenotify',
  returnUrl: 'https://shop.example/done?a=1',
  outPayNo: null,
  outPayChannel: null,
  paySuccessTime: null,
  receipt: null,
  ...changes,
})

/** What stands in a payment once money came. */
export const sampleReceipt = (changes: Partial<Payment> = {}) => ({
  status: PayStatus.paid,
  outPayNo: '2026010222001400000000000001',
  outPayChannel: 'Alipay',
  paySuccessTime: SAMPLE_TIME + 61_000,
  receipt: 'booked' as const,
  ...changes,
})

/** An order that is paid by its only payment. */
export const samplePaidOrder = (count = 1, changes: Partial<Order> = {}): Order => {
  const order = sampleOrder(count, { status: OrderStatus.paid, ...changes })
  return { ...order, payments: order.payments.map((payment) => ({ ...payment, ...sampleReceipt() })) }
}

/** The commit of a new order, or of a change from `before`; `version` rises by one. */
export const sampleCommit = (before: Order | null, after: Order, changes: Partial<OrderCommit> = {}): OrderCommit => ({
  before,
  after: after === before ? after : { ...after, version: (before?.version ?? 0) + 1 },
  messages: [],
  journal: [],
  actions: [],
  schedule: [],
  ...changes,
})

/** What a gateway receives of a payment. `count` makes its number. */
export const samplePaymentAttempt = (count = 1, changes: Partial<PaymentAttempt> = {}): PaymentAttempt => {
  const { payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl } = samplePayment(sampleOrder(), count)
  return { payNo, totalPrice, orderName, expireDate, notifyUrl, returnUrl, ...changes }
}

export const sampleRefund = (
  payment: Pick<Payment, 'orderId' | 'payNo'>,
  count = 1,
  changes: Partial<Refund> = {},
): Refund => ({
  id: ids.refundId(sampleId(200_000 + count)),
  outRequestNo: sampleId(200_000 + count),
  orderId: payment.orderId,
  payNo: payment.payNo,
  amount: fen(100),
  reason: '重复支付',
  cause: 'operator',
  status: 'pending',
  createDate: SAMPLE_TIME + count,
  finishDate: null,
  ...changes,
})

export const sampleScheduleEntry = (count = 1, changes: Partial<ScheduleEntry> = {}): ScheduleEntry => ({
  purpose: 'poll',
  payNo: ids.payNo(sampleId(100_000 + count)),
  outRequestNo: '',
  dueAt: SAMPLE_TIME + count,
  ...changes,
})

export const sampleOperatorAction = (count = 1, changes: Partial<OperatorAction> = {}): OperatorAction => ({
  id: sampleId(600_000 + count),
  at: SAMPLE_TIME + count,
  actor: 'ops-1',
  kind: 'refund',
  subject: sampleId(100_000 + count),
  orderId: sampleId(count),
  reason: '客户要求',
  detail: '1.00',
  ...changes,
})

export const sampleMessage = (count = 1, changes: Partial<PayResultMessage> = {}): PayResultMessage => ({
  id: ids.messageId(sampleId(300_000 + count)),
  messageType: MessageType.payResult,
  businessKey1: ids.outBusinessId(sampleId(900_000 + count)),
  businessKey2: OrderType.course,
  businessKey3: null,
  ...changes,
})

export const SAMPLE_TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** Every member that a message may lack. */
export const sampleMessageDetails: Partial<PayResultMessage> = {
  businessKey3: '第三',
  orderId: ids.orderId(sampleId(1)),
  payNo: ids.payNo(sampleId(7)),
  userId: sampleUserId,
  totalPrice: fen(9_900),
  paySuccessTime: SAMPLE_TIME,
  traceparent: SAMPLE_TRACEPARENT,
}

export const sampleJournalEntry = (count = 1, changes: Partial<JournalEntry> = {}): JournalEntry => ({
  id: sampleId(400_000 + count),
  source: 'notify',
  receivedAt: SAMPLE_TIME + count,
  outTradeNo: sampleId(100_001),
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
    id: ids.chooseCourseId(sampleId(500_000 + count)),
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
