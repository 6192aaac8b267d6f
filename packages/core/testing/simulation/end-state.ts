import type { CourseEntitlement } from '../../src/learning/domain/course-entitlement.js'
import type { Order } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { LatePaymentPolicy } from '../../src/orders/domain/payment-evidence.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { JournalEntry } from '../../src/orders/ports/evidence-journal.js'
import type { ChooseCourseId } from '../../src/shared/identifiers.js'
import { outBusinessId } from '../../src/shared/identifiers.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { ChoiceStatus, MessageType, OrderStatus, OrderType } from '../../src/shared/status-codes.js'
import type { AnsweredNotice } from './knowledge.js'
import { buyers, courses } from './shop.js'
import type { World } from './world.js'

/** One payment as our ledger and the gateway's have it; money in fen. */
export interface PaymentAtTheEnd {
  readonly payment: Payment
  readonly refunds: readonly Refund[]
  /** What the gateway took from the buyer, and refunded. */
  readonly received: number
  readonly refunded: number
  readonly pageOpened: boolean
  readonly journal: readonly JournalEntry[]
}

export interface OrderAtTheEnd {
  readonly order: Order
  readonly payments: readonly PaymentAtTheEnd[]
  /** Ids of the messages that the broker stored about it, each once. */
  readonly paidEvents: number
  readonly refundEvents: number
  /** How often a seller asked for the message once more. */
  readonly resends: number
  /** What became of the choice that this order pays. */
  readonly choice: 'missing' | 'waiting' | 'granted' | 'revoked' | 'revoked_by_operator'
}

/** Everything that can be seen once nothing moves any more. */
export interface EndState {
  readonly now: EpochMs
  readonly latePolicy: LatePaymentPolicy
  readonly orders: readonly OrderAtTheEnd[]
  /** Sentences about courses that are not granted as their choices and orders say. */
  readonly brokenEntitlements: readonly string[]
  readonly outbox: { readonly waiting: number; readonly dead: number }
  /** Reasons of what the broker still has dead-lettered, and how much it never handed out. */
  readonly deadLetters: readonly string[]
  readonly unread: number
  readonly answered: readonly AnsweredNotice[]
}

export async function endState(world: World): Promise<EndState> {
  const { known, beside, harness, clock, latePolicy } = world
  const { orders: store } = beside.orders.store
  const orders: OrderAtTheEnd[] = []
  for (const choiceId of known.choices.keys()) {
    const order = await store.find({ orderType: OrderType.course, outBusinessId: outBusinessId(choiceId) })
    if (order !== null) orders.push(await orderAtTheEnd(world, order, choiceId))
  }
  return {
    ...{ now: clock.now(), latePolicy, orders, answered: known.answered },
    brokenEntitlements: await brokenEntitlements(world, orders),
    outbox: await beside.orders.store.outbox.backlog(),
    deadLetters: harness.broker.deadLetters(),
    unread: harness.broker.waiting(),
  }
}

/** The course table has what the choices say: an entry of a granted choice, and no entry without a reason. */
async function brokenEntitlements({ beside }: World, orders: readonly OrderAtTheEnd[]): Promise<string[]> {
  const paid = new Set<string>(
    orders.filter(({ order }) => order.status === OrderStatus.paid).map(({ order }) => order.outBusinessId),
  )
  const broken: string[] = []
  for (const userId of buyers) {
    for (const { courseId } of courses) {
      const found = await beside.learning.store.choices.find({ userId, courseId })
      if (found !== null) broken.push(...brokenRulesOf(found, paid))
    }
  }
  return broken
}

function brokenRulesOf({ userId, courseId, entry, choices }: CourseEntitlement, paid: ReadonlySet<string>): string[] {
  const name = `The course ${courseId} of ${userId}`
  const granted = choices.filter(({ status, retired }) => status === ChoiceStatus.succeeded && retired !== 'revoked')
  const unpaid = granted.filter(
    ({ id, grantKey, coursePrice }) => grantKey === null && coursePrice > 0 && !paid.has(id),
  )
  return [
    ...((entry === null) === (granted.length === 0) ? [] : [`${name} does not stand as its choices say.`]),
    ...unpaid.map(({ id }) => `${name} is granted by ${id}, which is not paid.`),
  ]
}

async function orderAtTheEnd(world: World, order: Order, choiceId: ChooseCourseId): Promise<OrderAtTheEnd> {
  const { beside, harness, known } = world
  const payments: PaymentAtTheEnd[] = []
  for (const payment of order.payments) {
    const { payNo } = payment
    payments.push({
      ...(await harness.gateway.moneyOf(payNo)),
      payment,
      refunds: order.refunds.filter((refund) => refund.payNo === payNo),
      pageOpened: known.pages.has(payNo),
      journal: await beside.orders.store.journal.listOf(payNo),
    })
  }
  const events = harness.broker.stored().filter(({ businessKey1 }) => businessKey1 === order.outBusinessId)
  const count = (type: MessageType) =>
    new Set(events.filter(({ messageType }) => messageType === type).map(({ id }) => id)).size
  return {
    ...{ order, payments },
    paidEvents: count(MessageType.payResult),
    resends: known.resends.get(order.outBusinessId) ?? 0,
    refundEvents: count(MessageType.refundResult),
    choice: await choiceAtTheEnd(world, choiceId),
  }
}

async function choiceAtTheEnd({ beside, known }: World, id: ChooseCourseId): Promise<OrderAtTheEnd['choice']> {
  const entitlement = await beside.learning.store.choices.find({ id })
  const choice = entitlement?.choices.find((each) => each.id === id)
  if (choice === undefined) return 'missing'
  if (choice.retired === 'revoked') {
    return known.revokedCourses.has(`${choice.userId} ${choice.courseId}`) ? 'revoked_by_operator' : 'revoked'
  }
  return choice.status === ChoiceStatus.succeeded ? 'granted' : 'waiting'
}
