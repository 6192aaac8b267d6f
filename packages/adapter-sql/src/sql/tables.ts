import { createHash } from 'node:crypto'
import type { Course, CourseChoice, CourseTableEntry, Order, OrderLine, Payment, Refund } from '@coursepay/core'
import type {
  HandledMessage,
  JournalEntry,
  OperatorAction,
  PayResultMessage,
  ScheduleEntry,
} from '@coursepay/core/ports'
import { DATABASE_TIME, defineTable } from './table.js'

export type OrderRoot = Omit<Order, 'payments' | 'refunds'>

export const ordersTable = defineTable<OrderRoot>('xc_orders', ['id'], {
  id: 'id',
  outBusinessId: 'text',
  userId: 'text',
  orderType: 'text',
  totalPrice: 'number',
  orderName: 'text',
  orderDescrip: 'text or null',
  orderDetail: 'text',
  status: 'text',
  createDate: 'number',
  expireDate: 'number',
  version: 'number',
})

export interface GoodsLine extends OrderLine {
  readonly orderId: string
  readonly line: number
}

export const goodsLinesTable = defineTable<GoodsLine>('xc_orders_goods', ['order_id', 'line'], {
  orderId: 'id',
  line: 'number',
  goodsId: 'text',
  goodsType: 'text',
  goodsName: 'text',
  goodsPrice: 'number',
  goodsDetail: 'text',
})

export const paymentsTable = defineTable<Payment>(
  'xc_pay_record',
  ['pay_no'],
  {
    payNo: 'id',
    orderId: 'id',
    userId: 'text',
    orderName: 'text',
    totalPrice: 'number',
    status: 'text',
    createDate: 'number',
    expireDate: 'number',
    token: 'text',
    notifyUrl: 'text',
    returnUrl: 'text or null',
    outPayNo: 'text or null',
    outPayChannel: 'text or null',
    paySuccessTime: 'number or null',
    receipt: 'text or null',
  },
  { currency: () => 'CNY' },
)

export const refundsTable = defineTable<Refund>('refund', ['id'], {
  id: 'id',
  outRequestNo: 'text',
  orderId: 'id',
  payNo: 'id',
  amount: 'number',
  reason: 'text',
  cause: 'text',
  status: 'text',
  createDate: 'number',
  finishDate: 'number or null',
})

export const messagesTable = defineTable<PayResultMessage>(
  'mq_message',
  ['id'],
  {
    id: 'id',
    messageType: 'text',
    businessKey1: 'text',
    businessKey2: 'text',
    businessKey3: 'text or null',
    orderId: 'id or nothing',
    payNo: 'id or nothing',
    userId: 'text or nothing',
    totalPrice: 'number or nothing',
    paySuccessTime: 'number or nothing',
    traceparent: 'text or nothing',
  },
  { create_date: () => DATABASE_TIME, available_at: () => DATABASE_TIME, claims: () => 0, attempts: () => 0 },
)

export const journalTable = defineTable<JournalEntry>(
  'evidence_journal',
  ['id'],
  {
    id: 'text',
    source: 'text',
    receivedAt: 'number',
    outTradeNo: 'text or null',
    body: 'bytes',
    verdict: 'text',
  },
  { trade_key: ({ outTradeNo }) => (outTradeNo === null ? null : outTradeNoOrDigest(outTradeNo)) },
)

const OUT_TRADE_NO_PATTERN = /^[\x21-\x7e]{1,64}$/

/**
 * What the journal's index holds: a trade number that can be one (Alipay: up to 64), or a digest of whatever a forger
 * wrote.
 */
export const outTradeNoOrDigest = (outTradeNo: string): string =>
  OUT_TRADE_NO_PATTERN.test(outTradeNo) ? outTradeNo : createHash('sha256').update(outTradeNo).digest('hex')

export const scheduleTable = defineTable<ScheduleEntry>('poll_schedule', ['purpose', 'pay_no', 'out_request_no'], {
  purpose: 'text',
  payNo: 'id',
  outRequestNo: 'text',
  dueAt: 'number',
})

export const operatorActionsTable = defineTable<OperatorAction>('operator_action', ['id'], {
  id: 'id',
  at: 'number',
  actor: 'text',
  kind: 'text',
  subject: 'text',
  orderId: 'id or null',
  reason: 'text',
  detail: 'text',
})

export const choicesTable = defineTable<CourseChoice>(
  'xc_choose_course',
  ['id'],
  {
    id: 'id',
    courseId: 'text',
    courseName: 'text',
    userId: 'text',
    orderType: 'text',
    coursePrice: 'number',
    validDays: 'number',
    status: 'text',
    createDate: 'number',
    validtimeStart: 'number',
    validtimeEnd: 'number',
    retired: 'text or null',
    grantKey: 'text or null',
    version: 'number',
  },
  { active_key: (choice) => (choice.retired === null ? userCourseKeyOf(choice) : null) },
)

/** Neither id can hold a space, so no two pairs share a key. */
export const userCourseKeyOf = ({ userId, courseId }: Pick<CourseChoice, 'userId' | 'courseId'>): string =>
  `${userId} ${courseId}`

export const courseTableEntriesTable = defineTable<CourseTableEntry>('xc_course_tables', ['choose_course_id'], {
  chooseCourseId: 'id',
  userId: 'text',
  courseId: 'text',
  courseName: 'text',
  orderType: 'text',
  createDate: 'number',
  validtimeStart: 'number',
  validtimeEnd: 'number',
})

export const coursesTable = defineTable<Course>('course_publish', ['course_id'], {
  courseId: 'text',
  courseName: 'text',
  price: 'number',
  validDays: 'number',
})

interface HandledRow extends Pick<HandledMessage, 'consumer' | 'messageId'> {
  readonly handledAt: number
}

export const handledMessagesTable = defineTable<HandledRow>('handled_message', ['consumer', 'message_id'], {
  consumer: 'text',
  messageId: 'id',
  handledAt: 'number',
})

export interface QuerySlot {
  readonly payNo: string
  readonly nextAt: number
}

export const querySlotsTable = defineTable<QuerySlot>('query_slot', ['pay_no'], { payNo: 'id', nextAt: 'number' })
