import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import type { EndState, OrderAtTheEnd } from './end-state.js'
import { when } from './money-invariants.js'

/** Paid orders ⇔ one event each ⇔ one granted choice each; refunded ones have an event more, and a revoked choice. */
export const orderInvariants = (state: EndState): string[] => [
  ...state.orders.flatMap(orderErrors),
  ...state.brokenEntitlements,
  ...when(state.outbox.waiting > 0, `${state.outbox.waiting} messages never left the outbox.`),
  ...when(state.outbox.dead > 0, `${state.outbox.dead} messages are dead letters, though an operator sent them again.`),
  ...when(state.unread > 0, `${state.unread} messages were never read.`),
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
    ...when(order.status === OrderStatus.unpaid, `${name} is unpaid long past its time.`),
    ...when(booked.length !== one(isPaid), `${name} was paid by ${booked.length} payments.`),
    ...when(
      refundedWhole.length !== one(isRefunded),
      `${name} has ${refundedWhole.length} payments that are refunded.`,
    ),
    ...when(
      paidEvents < one(isPaid) || paidEvents > one(isPaid) + resends,
      `${name} has ${paidEvents} messages that it was paid, ${resends} of them asked for.`,
    ),
    ...when(refundEvents !== one(isRefunded), `${name} has ${refundEvents} messages that it was refunded.`),
    ...when(!choicesOf(isPaid, isRefunded).includes(choice), `${name} has a choice that is ${choice}.`),
    ...payments.flatMap(openForEver),
  ]
}

function choicesOf(isPaid: boolean, isRefunded: boolean): readonly OrderAtTheEnd['choice'][] {
  if (isRefunded) return ['revoked', 'revoked_by_operator']
  return isPaid ? ['granted', 'revoked_by_operator'] : ['waiting']
}

function openForEver({ payment: { payNo, status }, pageOpened }: OrderAtTheEnd['payments'][number]): string[] {
  return when(pageOpened && status === PayStatus.unpaid, `The payment ${payNo} stays open, though its page was shown.`)
}
