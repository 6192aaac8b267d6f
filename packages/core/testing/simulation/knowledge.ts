import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { ChooseCourseId, OrderId, PayNo } from '../../src/shared/identifiers.js'
import type { OpenedPage } from './simulation-harness.js'

/** A notification that the gateway wants to be rid of. */
export interface SentNotification {
  readonly payNo: PayNo
  readonly body: Uint8Array
  readonly genuine: boolean
}

/** What was said to the gateway of a notification. */
export interface AnsweredNotification extends SentNotification {
  readonly answer: 'success' | 'fail'
}

/** A refund number that an operator has used, with its order. */
export interface UsedRefundNumber {
  readonly orderId: OrderId
  readonly outRequestNo: string
  readonly amount: number | null
}

/** What the people outside have in their hands; it outlives every crash. */
export class Knowledge {
  readonly choices = new Map<ChooseCourseId, CourseChoice>()
  readonly payments = new Map<PayNo, Payment>()
  readonly pages = new Map<PayNo, OpenedPage>()
  /** Attempts that a buyer paid at the gateway. */
  readonly paidPayNos = new Set<PayNo>()
  readonly refundNumbers: UsedRefundNumber[] = []
  /** Not answered with success yet. */
  unansweredNotifications: SentNotification[] = []
  readonly answeredNotifications: AnsweredNotification[] = []
  /** Payments at the gateway whose notification was lost for good. */
  readonly lostNotifications = new Set<PayNo>()
  /**
   * Attempts of which the gateway once said that there is no trade: it cannot close them, and they may be paid later.
   */
  readonly payNosWithoutTrade = new Set<PayNo>()
  /** How often the message of an order was asked for once more, by its business id. */
  readonly resends = new Map<string, number>()
  /** `user course` of the courses that an operator took away. */
  readonly revokedCourses = new Set<string>()
  /** Refunds that the gateway has taken, by attempt and number: it cannot say no to them any more. */
  readonly acceptedRefunds = new Set<string>()
}
