import { closeObsoletePayment, closeOrder } from '../../src/orders/domain/close-order.js'
import { bookExternalRefund, finishRefund } from '../../src/orders/domain/finish-refund.js'
import { openRefund } from '../../src/orders/domain/open-refund.js'
import type { Order } from '../../src/orders/domain/order.js'
import { addPayment } from '../../src/orders/domain/place-order.js'
import { resolveHeldPayment } from '../../src/orders/domain/resolve-held-payment.js'
import { settlePayment } from '../../src/orders/domain/settle-payment.js'

/** The decisions under exploration. A planted bug replaces one of them. */
export const decisions = {
  addPayment,
  bookExternalRefund,
  closeObsoletePayment,
  closeOrder,
  finishRefund,
  openRefund,
  resolveHeldPayment,
  settlePayment,
}
export type Decisions = typeof decisions

/** A trade at the gateway, by the payment's place in the order. */
export interface Trade {
  readonly state: 'none' | 'waiting' | 'paid' | 'closed'
  /** Refunded at the gateway, in fen. */
  readonly refunded: number
  /** The signed time of the page is over. */
  readonly expired: boolean
  /** Amounts of refunds made in the gateway's console that are not booked here. */
  readonly external: readonly number[]
}

/** What the gateway made of a pending refund of ours, by the refund's place in the order. */
export type RefundAtGateway = 'unsent' | 'done' | 'refused'

/** One order with all that surrounds it. Time is a bit: over or not. */
export interface World {
  readonly order: Order
  readonly expired: boolean
  readonly trades: readonly Trade[]
  readonly refunds: readonly RefundAtGateway[]
}

/** Who takes a step: only steps of workers, operators, the gateway and time count as a way out of a state. */
export type Actor = 'buyer' | 'worker' | 'operator' | 'gateway' | 'time'

export interface Step {
  readonly actor: Actor
  readonly name: string
  readonly to: World
  /** Types of the messages that the commit sends. */
  readonly messages: readonly string[]
}

export const changeTrade = (world: World, index: number, change: Partial<Trade>): World => ({
  ...world,
  trades: world.trades.map((trade, other) => (other === index ? { ...trade, ...change } : trade)),
})

/** A text that is equal for worlds that differ only in the sequence of their payments and refunds. */
export function keyOf({ order, expired, trades, refunds }: World): string {
  const payments = order.payments.map((payment, index) => {
    const { state, refunded, expired: isOver, external } = trades[index] as Trade
    const own = order.refunds.flatMap((refund, refundIndex) =>
      refund.payNo === payment.payNo
        ? [`${refund.amount}${refund.cause[0]}${refund.status[0]}${refunds[refundIndex]}`]
        : [],
    )
    const there = `${state[0]}${refunded}${isOver ? 'x' : ''}[${external.toSorted().join()}]`
    return `${payment.status}${payment.receipt ?? ''} ${there} ${own.toSorted().join()}`
  })
  return `${order.status}${expired ? 'x' : ''}|${payments.toSorted().join('|')}`
}
