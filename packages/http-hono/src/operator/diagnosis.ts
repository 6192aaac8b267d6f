import { type Order, type Payment, PayStatus } from '@coursepay/core'
import { buyerPaymentStatus, type PaymentTimelineEvent } from '@coursepay/core/ports'

/** What an operator should make of a payment, and so what there is to do. */
export type Diagnosis =
  | 'not_opened'
  | 'not_paid_yet'
  | 'gateway_unclear'
  | 'notify_refused'
  | 'paid'
  | 'notify_late'
  | 'found_by_asking'
  | 'found_after_refused_notify'
  | 'surplus'
  | 'late'
  | 'refund_failed'
  | 'held'
  | 'refunded'
  | 'closed'

interface PaymentHistory {
  readonly payment: Payment
  readonly order: Order
  readonly events: readonly PaymentTimelineEvent[]
}

/** Verdicts with which a notification is taken; with any other it was refused. */
const acceptedVerdicts = new Set([
  'booked',
  'surplus',
  'late',
  'held',
  'already_settled',
  'not_paid_yet',
  'refund_notice',
])

/** Reads a payment's story as an operator would: what came, what did not, and what the gateway said last. */
export function diagnose({ payment, order, events }: PaymentHistory): Diagnosis {
  if (payment.status === PayStatus.refunded) return 'refunded'
  if (payment.receipt === null) return payment.status === PayStatus.closed ? 'closed' : diagnoseUnpaidFromEvents(events)
  if (payment.receipt === 'booked') return diagnoseHowPaymentBecameKnown(events)
  const status = buyerPaymentStatus(payment, order.status, payment.expireDate, order.refunds)
  return status === 'refund_failed' ? status : payment.receipt
}

function diagnoseUnpaidFromEvents(events: readonly PaymentTimelineEvent[]): Diagnosis {
  const said = events.findLast(({ kind }) => kind === 'query')?.detail ?? 'no_trade'
  if (events.some(isRefusedNotification)) return 'notify_refused'
  if (said === 'not_paid_yet') return 'not_paid_yet'
  return said === 'no_trade' ? 'not_opened' : 'gateway_unclear'
}

function diagnoseHowPaymentBecameKnown(events: readonly PaymentTimelineEvent[]): Diagnosis {
  const proof = events.find(({ kind, detail }) => detail === 'booked' && kind !== 'paid')
  if (proof === undefined || proof.kind === 'notify') return 'paid'
  if (events.some(isAcceptedNotification)) return 'notify_late'
  return events.some(isRefusedNotification) ? 'found_after_refused_notify' : 'found_by_asking'
}

/** Money came, and no notification told us: also of a payment that was refunded since. */
export const isNotifyMissing = (events: readonly PaymentTimelineEvent[]): boolean =>
  events.some(({ kind, detail }) => detail === 'booked' && kind !== 'paid' && kind !== 'notify') &&
  !events.some(({ kind }) => kind === 'notify')

const isAcceptedNotification = ({ kind, detail }: PaymentTimelineEvent) =>
  kind === 'notify' && acceptedVerdicts.has(leadingCodeOfDetail(detail))

const isRefusedNotification = ({ kind, detail }: PaymentTimelineEvent) =>
  kind === 'notify' && !acceptedVerdicts.has(leadingCodeOfDetail(detail))

/** True while the gateway may know more than we do: then asking it can repair something. */
export const isQueryUseful = (payment: Payment): boolean =>
  payment.receipt === null && payment.status !== PayStatus.refunded

/** The attempt of an order that tells most: the one that paid it, else the newest. */
export const mainPaymentOf = ({ payments }: Order): Payment | undefined =>
  payments.find(({ receipt }) => receipt === 'booked') ?? payments.at(-1)

/** The code that begins a detail: `unknown` of `unknown: HTTP status 502`, `booked` of `booked, trade 2026…`. */
export const leadingCodeOfDetail = (detail: string): string => /^\w+/.exec(detail)?.[0] ?? detail
