import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { EndState, OrderAtTheEnd } from './end-state.js'
import { when } from './money-invariants.js'

/** Paid orders ⇔ one event each ⇔ one row of the course table each; refunded ones have an event more, and no row. */
export const orderInvariants = (state: EndState): string[] => [
  ...state.orders.flatMap(orderErrors),
  ...state.groundlessRows.map((id) => `The course of the choice ${id} is in the course table, and nobody ordered it.`),
  ...when(state.outbox.waiting > 0, `${state.outbox.waiting} messages never left the outbox.`),
  ...when(state.outbox.dead > 0, `${state.outbox.dead} messages are parked, though an operator sent them again.`),
  ...when(state.unread > 0, `${state.unread} messages were never read.`),
  ...state.setAside.map((reason) => `A message stays set aside, whatever an operator does: ${reason}.`),
]

function orderErrors(facts: OrderAtTheEnd): string[] {
  const { order, payments, paidEvents, refundEvents, courseRows } = facts
  const name = `The order ${order.id} (${order.status})`
  const isRefunded = order.status === OrderStatus.refunded
  const isPaid = order.status === OrderStatus.paid || isRefunded
  const booked = payments.filter(({ payRecord }) => payRecord.receipt === 'booked')
  const givenBack = booked.filter(({ received, refunded }) => received > 0 && received === refunded)
  const one = (holds: boolean) => (holds ? 1 : 0)
  return [
    ...when(order.status === OrderStatus.unpaid, `${name} is unpaid long past its time.`),
    ...when(booked.length !== one(isPaid), `${name} was paid by ${booked.length} payments.`),
    ...when(
      givenBack.length !== one(isRefunded),
      `${name} has ${givenBack.length} payments that paid it and went back.`,
    ),
    ...when(paidEvents !== one(isPaid), `${name} has ${paidEvents} messages that it was paid.`),
    ...when(refundEvents !== one(isRefunded), `${name} has ${refundEvents} messages that it was refunded.`),
    ...when(courseRows !== one(isPaid && !isRefunded), `${name} has ${courseRows} rows in the course table.`),
    ...payments.flatMap(openForEver),
  ]
}

function openForEver({ payRecord: { payNo, status }, pageOpened }: OrderAtTheEnd['payments'][number]): string[] {
  return when(pageOpened && status === PayStatus.unpaid, `The attempt ${payNo} stays open, though its page was shown.`)
}
