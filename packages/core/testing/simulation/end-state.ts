import type { CourseEntitlement } from '../../src/learning/domain/course-entitlement.js'
import type { Order } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { ChooseCourseId } from '../../src/shared/identifiers.js'
import { outBusinessId } from '../../src/shared/identifiers.js'
import { ChoiceStatus, MessageType, OrderStatus, OrderType } from '../../src/shared/status-codes.js'
import { buyers, courses } from './shop.js'
import type { World } from './world.js'

/** Everything that can be seen once nothing moves any more. */
export type EndState = Readonly<Awaited<ReturnType<typeof endState>>>
export type OrderAtTheEnd = EndState['orders'][number]
export type PaymentAtTheEnd = OrderAtTheEnd['payments'][number]

export async function endState(world: World) {
  const { known, directStores, harness, clock, latePolicy } = world
  const { orders: store } = directStores.orders.store
  const orders: Awaited<ReturnType<typeof orderAtTheEnd>>[] = []
  for (const choiceId of known.choices.keys()) {
    const order = await store.find({ orderType: OrderType.course, outBusinessId: outBusinessId(choiceId) })
    if (order !== null) orders.push(await orderAtTheEnd(world, order, choiceId))
  }
  return {
    ...{ now: clock.now(), latePolicy, orders, answered: known.answeredNotifications },
    /** Sentences about courses that are not granted as their choices and orders say. */
    brokenEntitlements: await brokenEntitlements(
      world,
      orders.map(({ order }) => order),
    ),
    outbox: await directStores.orders.store.outbox.backlog(),
    /** Reasons of what the broker still has dead-lettered, and how much it never handed out. */
    deadLetters: harness.broker.deadLetters(),
    unread: harness.broker.waiting(),
  }
}

/** The course table has what the choices say: an entry of a granted choice, and no entry without a reason. */
async function brokenEntitlements({ directStores }: World, orders: readonly Order[]): Promise<string[]> {
  const paidOrders = orders.filter(({ status }) => status === OrderStatus.paid)
  const paid = new Set<string>(paidOrders.map(({ outBusinessId }) => outBusinessId))
  const broken: string[] = []
  for (const userId of buyers) {
    for (const { courseId } of courses) {
      const found = await directStores.learning.store.entitlements.find({ userId, courseId })
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

async function orderAtTheEnd(world: World, order: Order, choiceId: ChooseCourseId) {
  const { harness, known } = world
  const events = harness.broker.stored().filter(({ businessKey1 }) => businessKey1 === order.outBusinessId)
  /** Messages that the broker stored about it, each once. */
  const count = (type: MessageType) =>
    new Set(events.filter(({ messageType }) => messageType === type).map(({ id }) => id)).size
  return {
    order,
    payments: await Promise.all(order.payments.map((payment) => paymentAtTheEnd(world, order, payment))),
    paidEvents: count(MessageType.payResult),
    refundEvents: count(MessageType.refundResult),
    /** How often a seller asked for the message once more. */
    resends: known.resends.get(order.outBusinessId) ?? 0,
    /** What became of the choice that this order pays. */
    choice: await choiceAtTheEnd(world, choiceId),
  }
}

/** One payment as our ledger and the gateway's have it; money in fen. */
async function paymentAtTheEnd({ directStores, harness, known }: World, { refunds }: Order, payment: Payment) {
  const { payNo } = payment
  return {
    /** What the gateway took from the buyer, and refunded. */
    ...(await harness.gateway.moneyOf(payNo)),
    payment,
    refunds: refunds.filter((refund) => refund.payNo === payNo),
    pageOpened: known.pages.has(payNo),
    journal: await directStores.orders.store.journal.listOf(payNo),
  }
}

type ChoiceAtTheEnd = 'missing' | 'waiting' | 'granted' | 'revoked' | 'revoked_by_operator'

async function choiceAtTheEnd({ directStores, known }: World, id: ChooseCourseId): Promise<ChoiceAtTheEnd> {
  const entitlement = await directStores.learning.store.entitlements.find({ id })
  const choice = entitlement?.choices.find((each) => each.id === id)
  if (choice === undefined) return 'missing'
  if (choice.retired === 'revoked') {
    return known.revokedCourses.has(`${choice.userId} ${choice.courseId}`) ? 'revoked_by_operator' : 'revoked'
  }
  return choice.status === ChoiceStatus.succeeded ? 'granted' : 'waiting'
}
