import { PayStatus } from '../../shared/status-codes.js'
import type { EndState, PaymentAtTheEnd } from './end-state.js'

/** Money received = booked + refunded + held, payment by payment, in fen: the gateway's books against ours. */
export const moneyInvariants = ({ orders, latePolicy }: EndState): string[] =>
  orders.flatMap(({ payments }) =>
    payments.flatMap((payment) => [...paymentErrors(payment), ...late(payment, latePolicy)]),
  )

function paymentErrors(payment: PaymentAtTheEnd): string[] {
  const { payRecord, refunds, received, refunded } = payment
  const name = `The payment ${payRecord.payNo}`
  const sum = (status: string) =>
    refunds.filter((refund) => refund.status === status).reduce((total, { amount }) => total + amount, 0)
  const here = inOurBooks(payment)
  return [
    ...when(received !== here.received, `${name} brought ${received} fen, and our books have ${here.received}.`),
    ...when(refunded > received, `${name} brought ${received} fen, and ${refunded} were given back.`),
    ...when(
      refunded !== sum('succeeded'),
      `${name} gave back ${refunded} fen, and our books have ${sum('succeeded')}.`,
    ),
    ...when(sum('pending') > 0, `${name} still has refunds of ${sum('pending')} fen pending.`),
    ...when(
      received !== here.booked + here.held + refunded,
      `${name} brought ${received} fen, of which ${here.booked} are booked, ${refunded} given back and ${here.held} held.`,
    ),
    ...when(
      received > 0 && (payRecord.status === PayStatus.refunded) !== (refunded === received),
      `${name} is ${payRecord.status} with ${refunded} of ${received} fen given back.`,
    ),
  ]
}

/** What our books say became of the money, in fen. */
function inOurBooks({ payRecord: { status, totalPrice, receipt }, refunds }: PaymentAtTheEnd) {
  const isPaid = status === PayStatus.paid || status === PayStatus.refunded
  const received = isPaid ? totalPrice : 0
  const given = refunds.reduce((sum, refund) => sum + (refund.status === 'succeeded' ? refund.amount : 0), 0)
  return {
    received,
    booked: receipt === 'booked' ? received - given : 0,
    held: receipt === 'held' ? received - given : 0,
  }
}

function late({ payRecord: { payNo, receipt } }: PaymentAtTheEnd, policy: EndState['latePolicy']): string[] {
  return [
    ...when(
      receipt === 'late' && policy !== 'refund',
      `The late payment ${payNo} goes back, though the policy is ${policy}.`,
    ),
    ...when(
      receipt === 'held' && policy !== 'hold',
      `The late payment ${payNo} is held, though the policy is ${policy}.`,
    ),
  ]
}

export const when = (broken: boolean, sentence: string): string[] => (broken ? [sentence] : [])
