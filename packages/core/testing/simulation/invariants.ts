import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import type { EndState, OrderAtTheEnd, PaymentAtTheEnd } from './end-state.js'

/** Money received = booked + refunded + held, payment by payment, in fen: the gateway's ledger against ours. */
export const moneyInvariants = ({ orders, latePolicy }: EndState): string[] =>
  orders.flatMap(({ payments }) =>
    payments.flatMap((payment) => [...paymentErrors(payment), ...latePaymentErrors(payment, latePolicy)]),
  )

function paymentErrors(facts: PaymentAtTheEnd): string[] {
  const { payment, refunds, received, refunded } = facts
  const name = `The payment ${payment.payNo}`
  const sum = (status: string) =>
    refunds.filter((refund) => refund.status === status).reduce((total, { amount }) => total + amount, 0)
  const here = moneyInLedger(facts)
  return [
    ...errorIf(received !== here.received, `${name} brought ${received} fen, and our ledger has ${here.received}.`),
    ...errorIf(refunded > received, `${name} brought ${received} fen, and ${refunded} were refunded.`),
    ...errorIf(
      refunded !== sum('succeeded'),
      `${name} refunded ${refunded} fen, and our ledger has ${sum('succeeded')}.`,
    ),
    ...errorIf(sum('pending') > 0, `${name} still has refunds of ${sum('pending')} fen pending.`),
    ...errorIf(
      received !== here.booked + here.held + refunded,
      `${name} brought ${received} fen, of which ${here.booked} are booked, ${refunded} refunded and ${here.held} held.`,
    ),
    ...errorIf(
      received > 0 && (payment.status === PayStatus.refunded) !== (refunded === received),
      `${name} is ${payment.status} with ${refunded} of ${received} fen refunded.`,
    ),
  ]
}

/** The money by its state in our ledger, in fen. */
function moneyInLedger({ payment: { status, totalPrice, receipt }, refunds }: PaymentAtTheEnd) {
  const isPaid = status === PayStatus.paid || status === PayStatus.refunded
  const received = isPaid ? totalPrice : 0
  const given = refunds.reduce((sum, refund) => sum + (refund.status === 'succeeded' ? refund.amount : 0), 0)
  return {
    received,
    booked: receipt === 'booked' ? received - given : 0,
    held: receipt === 'held' ? received - given : 0,
  }
}

function latePaymentErrors(
  { payment: { payNo, receipt, status } }: PaymentAtTheEnd,
  policy: EndState['latePolicy'],
): string[] {
  return [
    ...errorIf(
      receipt === 'late' && policy === 'fulfil',
      `The late payment ${payNo} is refunded, though the policy is ${policy}.`,
    ),
    ...errorIf(
      receipt === 'held' && status === PayStatus.paid,
      `The late payment ${payNo} is held, though an operator resolved it.`,
    ),
  ]
}

const errorIf = (broken: boolean, sentence: string): string[] => (broken ? [sentence] : [])

/** Paid orders ⇔ one event each ⇔ one granted choice each; refunded ones have an event more, and a revoked choice. */
export const orderInvariants = (state: EndState): string[] => [
  ...state.orders.flatMap(orderErrors),
  ...state.brokenEntitlements,
  ...errorIf(state.outbox.waiting > 0, `${state.outbox.waiting} messages never left the outbox.`),
  ...errorIf(
    state.outbox.dead > 0,
    `${state.outbox.dead} messages are dead letters, though an operator sent them again.`,
  ),
  ...errorIf(state.unread > 0, `${state.unread} messages were never read.`),
  ...state.deadLetters.map((reason) => `A message stays dead-lettered, whatever an operator does: ${reason}.`),
]

function orderErrors(facts: OrderAtTheEnd): string[] {
  const { order, payments, paidEvents, refundEvents, resends, choice } = facts
  const name = `The order ${order.id} (${order.status})`
  const isRefunded = order.status === OrderStatus.refunded
  const isPaid = order.status === OrderStatus.paid || isRefunded
  const booked = payments.filter(({ payment }) => payment.receipt === 'booked')
  const refundedWhole = booked.filter(({ received, refunded }) => received > 0 && received === refunded)
  const one = (holds: boolean) => (holds ? 1 : 0)
  return [
    ...errorIf(order.status === OrderStatus.unpaid, `${name} is unpaid long past its time.`),
    ...errorIf(booked.length !== one(isPaid), `${name} was paid by ${booked.length} payments.`),
    ...errorIf(
      refundedWhole.length !== one(isRefunded),
      `${name} has ${refundedWhole.length} payments that are refunded.`,
    ),
    ...errorIf(
      paidEvents < one(isPaid) || paidEvents > one(isPaid) + resends,
      `${name} has ${paidEvents} messages that it was paid, ${resends} of them asked for.`,
    ),
    ...errorIf(refundEvents !== one(isRefunded), `${name} has ${refundEvents} messages that it was refunded.`),
    ...errorIf(!expectedChoices(isPaid, isRefunded).includes(choice), `${name} has a choice that is ${choice}.`),
    ...payments.flatMap(({ payment: { payNo, status }, pageOpened }) =>
      errorIf(pageOpened && status === PayStatus.unpaid, `The payment ${payNo} stays open, though its page was shown.`),
    ),
  ]
}

function expectedChoices(isPaid: boolean, isRefunded: boolean): readonly OrderAtTheEnd['choice'][] {
  if (isRefunded) return ['revoked', 'revoked_by_operator']
  return isPaid ? ['granted', 'revoked_by_operator'] : ['waiting']
}

/** Every notification that was answered stands in the journal, byte for byte. */
export const journalInvariants = ({ orders, answered }: EndState): string[] => {
  const payments = new Map<string, PaymentAtTheEnd>(
    orders.flatMap((order) => order.payments.map((payment) => [payment.payment.payNo, payment])),
  )
  return answered.flatMap(({ payNo, body, answer }) => {
    const entries = payments.get(payNo)?.journal ?? []
    const kept = entries.some((entry) => entry.source === 'notify' && sameBytes(entry.body, body))
    return kept ? [] : [`A notification of ${payNo} was answered with ${answer}, and is not in the journal.`]
  })
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
