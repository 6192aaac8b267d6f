import type { EpochMs, Refund } from '@coursepay/core'
import type { BuyerPaymentStatus } from '@coursepay/core/ports'

/** How an order, a payment or a course stands, in words. */
export type OrderState = 'unpaid' | 'paid' | 'closed' | 'refunded'
export type PayPageStatus = BuyerPaymentStatus | 'activating'
export type CourseState = 'may_learn' | 'not_paid' | 'expired'

interface SectionText {
  readonly title: string
  readonly text: string
}

/** Every text of the pages. Both languages have all of them, or this does not compile. */
export interface SchoolTexts {
  /** BCP 47, for `<html lang>`. */
  readonly tag: string
  readonly site: string
  readonly skip: string
  readonly navigation: string
  readonly courses: string
  readonly myCourses: string
  readonly myOrders: string
  readonly demoNotice: string
  readonly free: string
  readonly validity: string
  readonly validDays: (days: number) => string
  readonly validUntil: (at: EpochMs) => string
  readonly dateTime: (at: EpochMs) => string
  readonly learnNow: string
  readonly continueLearning: string
  readonly courseState: Readonly<Record<CourseState, string>>
  readonly courseList: SectionText
  readonly lesson: SectionText
  readonly afterPaying: string
  readonly pay: {
    readonly title: string
    readonly titleOnPhone: string
    readonly payOnPhone: string
    /** Opens the code, for another phone. */
    readonly showCode: string
    readonly scan: string
    readonly qrDescription: string
    readonly timeLeft: string
    readonly minuteLeft: string
    readonly waiting: string
    readonly iHavePaid: string
    readonly notYet: string
    readonly payHere: string
    readonly opensNewTab: string
    readonly localOnly: string
    readonly newCode: string
    readonly backToCourse: string
    readonly views: Readonly<Record<Exclude<PayPageStatus, 'open'>, SectionText>>
  }
  readonly orderNumber: string
  readonly ordered: string
  readonly orderState: Readonly<Record<OrderState, string>>
  readonly noOrders: string
  readonly noCourses: string
  readonly toCourses: string
  readonly payOn: string
  readonly buyAgain: string
  readonly closeOrder: string
  readonly refundOf: Readonly<Record<Refund['status'], (amount: string) => string>>
  readonly newer: string
  readonly older: string
  readonly pages: string
  readonly signIn: SectionText & {
    /** On the page that the school's site sends a visitor to. */
    readonly handedOver: string
    /** Stands before the user's id. */
    readonly as: string
    readonly button: string
    readonly failed: string
    readonly out: string
  }
  readonly notFound: SectionText
  readonly otherOrigin: SectionText
  readonly problemHelp: string
  readonly reference: string
}
