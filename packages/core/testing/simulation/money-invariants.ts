import { PayStatus } from '../../src/shared/status-codes.js'
import type { EndState, PaymentAtTheEnd } from './end-state.js'

/** Money received = booked + refunded + held, payment by payment, in fen: the gateway's ledger against ours. */
export const moneyInvariants = ({ orders, latePolicy }: EndState): string[] =>
  orders.flatMap(({ payments }) =>
    payments.flatMap((payment) => [...paymentErrors(payment), ...late(payment, latePolicy)]),
  )

function paymentErrors(facts: PaymentAtTheEnd): string[] {
  const { payment, refunds, received, refunded } = facts
  const name = `The payment ${payment.payNo}`
  const sum = (status: string) =>
    refunds.filter((refund) => refund.status === status).reduce((total, { amount }) => total + amount, 0)
  const here = inOurBooks(facts)
  return [
    ...when(received !== here.received, `${name} brought ${received} fen, and our ledger has ${here.received}.`),
    ...when(refunded > received, `${name} brought ${received} fen, and ${refunded} were refunded.`),
    ...when(refunded !== sum('succeeded'), `${name} refunded ${refunded} fen, and our ledger has ${sum('succeeded')}.`),
    ...when(sum('pending') > 0, `${name} still has refunds of ${sum('pending')} fen pending.`),
    ...when(
      received !== here.booked + here.held + refunded,
      `${name} brought ${received} fen, of which ${here.booked} are booked, ${refunded} refunded and ${here.held} held.`,
    ),
    ...when(
      received > 0 && (payment.status === PayStatus.refunded) !== (refunded === received),
      `${name} is ${payment.status} with ${refunded} of ${received} fen refunded.`,
    ),
  ]
}

/** The money by its state in our ledger, in fen. */
function inOurBooks({ payment: { status, totalPrice, receipt }, refunds }: PaymentAtTheEnd) {
  const isPaid = status === PayStatus.paid || status === PayStatus.refunded
  const received = isPaid ? totalPrice : 0
  const given = refunds.reduce((sum, refund) => sum + (refund.status === 'succeeded' ? refund.amount : 0), 0)
  return {
    received,
    booked: receipt === 'booked' ? received - given : 0,
    held: receipt === 'held' ? received - given : 0,
  }
}

function late({ payment: { payNo, receipt, status } }: PaymentAtTheEnd, policy: EndState['latePolicy']): string[] {
  return [
    ...when(
      receipt === 'late' && policy === 'fulfil',
      `The late payment ${payNo} is refunded, though the policy is ${policy}.`,
    ),
    ...when(
      receipt === 'held' && status === PayStatus.paid,
      `The late payment ${payNo} is held, though an operator resolved it.`,
    ),
  ]
}

export const when = (broken: boolean, sentence: string): string[] => (broken ? [sentence] : [])
