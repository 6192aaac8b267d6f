import type { Order } from '../../orders/domain/order.js'
import type { PayRecord } from '../../orders/domain/pay-record.js'
import type { LatePaymentPolicy } from '../../orders/domain/payment-evidence.js'
import type { Refund } from '../../orders/domain/refund.js'
import type { JournalEntry } from '../../orders/ports/evidence-journal.js'
import type { ChooseCourseId } from '../../shared/identifiers.js'
import { outBusinessId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { MessageType } from '../../shared/status-codes.js'
import type { AnsweredNotice } from './knowledge.js'
import { buyers } from './shop.js'
import type { World } from './world.js'

/** One attempt as our books and the gateway's have it; money in fen. */
export interface PaymentAtTheEnd {
  readonly payRecord: PayRecord
  readonly refunds: readonly Refund[]
  /** What the gateway took from the buyer, and gave back. */
  readonly received: number
  readonly refunded: number
  readonly pageOpened: boolean
  readonly journal: readonly JournalEntry[]
}

/** One order with all that belongs to it. */
export interface OrderAtTheEnd {
  readonly order: Order
  readonly payments: readonly PaymentAtTheEnd[]
  /** Ids of the messages that the broker stored about it, each once. */
  readonly paidEvents: number
  readonly refundEvents: number
  /** Rows of the course table by this order's choice. */
  readonly courseRows: number
}

/** Everything that can be seen once nothing moves any more. */
export interface EndState {
  readonly now: EpochMs
  readonly latePolicy: LatePaymentPolicy
  readonly orders: readonly OrderAtTheEnd[]
  /** Choices in the course table that neither are free nor have an order. */
  readonly groundlessRows: readonly ChooseCourseId[]
  readonly outbox: { readonly waiting: number; readonly dead: number }
  /** Reasons of what the broker still has set aside, and how much it never handed out. */
  readonly setAside: readonly string[]
  readonly unread: number
  readonly answered: readonly AnsweredNotice[]
}

export async function endState(world: World): Promise<EndState> {
  const { known, beside, harness, clock, latePolicy } = world
  const rows = await courseRows(world)
  const orders: OrderAtTheEnd[] = []
  for (const choiceId of new Set([...known.choices.keys(), ...rows])) {
    const order = await beside.orders.stores.orders.findBy({ outBusinessId: outBusinessId(choiceId) })
    if (order !== null) orders.push(await orderAtTheEnd(world, order, rows))
  }
  const withOrder = new Set<string>(orders.map(({ order }) => order.outBusinessId))
  const isFree = async (id: ChooseCourseId) => (await beside.learning.stores.choices.find(id))?.coursePrice === 0
  const groundlessRows: ChooseCourseId[] = []
  for (const id of rows) if (!withOrder.has(id) && !(await isFree(id))) groundlessRows.push(id)
  return {
    ...{ now: clock.now(), latePolicy, orders, groundlessRows, answered: known.answered },
    outbox: await beside.orders.outboxInspection.backlog(),
    setAside: harness.broker.setAside(),
    unread: harness.broker.waiting(),
  }
}

async function courseRows({ beside }: World): Promise<ChooseCourseId[]> {
  const pages = await Promise.all(buyers.map((userId) => beside.learning.stores.courseTable.page(userId, 0, 100)))
  return pages.flatMap(({ entries }) => entries.map(({ chooseCourseId }) => chooseCourseId))
}

async function orderAtTheEnd(world: World, order: Order, rows: readonly ChooseCourseId[]): Promise<OrderAtTheEnd> {
  const { beside, harness, known } = world
  const { payRecords, refunds, journal } = beside.orders.stores
  const ofOrder = await refunds.listOf(order.id)
  const payments: PaymentAtTheEnd[] = []
  for (const payRecord of await payRecords.listOf(order.id)) {
    const { payNo } = payRecord
    payments.push({
      ...(await harness.gateway.moneyOf(payNo)),
      payRecord,
      refunds: ofOrder.filter((refund) => refund.payNo === payNo),
      pageOpened: known.pages.has(payNo),
      journal: await journal.listOf(payNo),
    })
  }
  const events = harness.broker.stored().filter(({ businessKey1 }) => businessKey1 === order.outBusinessId)
  const count = (type: MessageType) =>
    new Set(events.filter(({ messageType }) => messageType === type).map(({ id }) => id)).size
  return {
    ...{ order, payments },
    paidEvents: count(MessageType.payResult),
    refundEvents: count(MessageType.refundResult),
    courseRows: rows.filter((id) => (id as string) === order.outBusinessId).length,
  }
}
