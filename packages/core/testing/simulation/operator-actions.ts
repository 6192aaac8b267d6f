import type { Course } from '../../src/learning/domain/course.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { OrderId, PayNo, UserId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { oldestRefundFirst } from '../fakes/by-age.js'
import { onRandomItem, pickProcess, type SimulationAction } from './action.js'
import type { UsedRefundNumber } from './knowledge.js'
import { buyers, courses, operator } from './shop.js'
import type { World } from './world.js'

const paidPayments = ({ known }: World) => [...known.paidPayNos].flatMap((payNo) => known.payments.get(payNo) ?? [])

export const operatorActions: readonly SimulationAction[] = [
  { name: 'refund', weight: 2, ...onRandomItem(({ known }) => [...known.payments.values()], refundOrder) },
  { name: 'refund in two parts at once', weight: 2, ...onRandomItem(paidPayments, refundInParts) },
  {
    name: 'refund under a known number',
    weight: 2,
    ...onRandomItem(({ known }) => known.refundNumbers, requestRefund, 'pick'),
  },
  {
    name: 'try a failed refund again',
    weight: 2,
    isReady: ({ known }) => known.paidPayNos.size > 0,
    begin: retryAnyFailedRefund,
  },
  { name: 'resolve held money', weight: 2, begin: resolveAnyHeldPayment },
  { name: 'grant', weight: 0.5, ...onRandomItem(() => courses, grant) },
  { name: 'revoke', weight: 0.3, ...onRandomItem(() => courses, revoke) },
  { name: 'change a price', weight: 0.7, ...onRandomItem(() => courses, changePrice) },
]

const pickBuyer = ({ random }: World): UserId => random.pick(buyers) ?? operator.userId

function refundOrder(world: World, { orderId, totalPrice }: Payment): void {
  const { random } = world
  requestNewRefund(world, orderId, random.chance(0.4) ? null : 1 + random.integerBelow(totalPrice))
}

/** Two operators who do not know of each other, or one with two windows. */
function refundInParts(world: World, { orderId, totalPrice }: Payment): void {
  const part = 1 + world.random.integerBelow(totalPrice - 1)
  for (const amount of [part, totalPrice - part]) requestNewRefund(world, orderId, amount)
}

function requestNewRefund(world: World, orderId: OrderId, amount: number | null): void {
  const wanted = { orderId, outRequestNo: `refund-${world.known.refundNumbers.length + 1}`, amount }
  world.known.refundNumbers.push(wanted)
  requestRefund(world, wanted)
}

function requestRefund(world: World, wanted: UsedRefundNumber): void {
  const { orderId, outRequestNo } = wanted
  const amount = wanted.amount === null ? null : fen(wanted.amount)
  pickProcess(world, world.orders).run(`refunds ${amount ?? 'all'} of ${orderId} as ${outRequestNo}`, ({ service }) =>
    service.refundOrder(orderId, { amount, reason: 'simulated', outRequestNo }, operator),
  )
}

async function retryAnyFailedRefund(world: World): Promise<void> {
  const refund = world.random.pick(await failedRefunds(world))
  if (refund !== undefined) retryRefund(world, refund)
}

/** Those that `stuck` shows, and those whose operator was told no. */
export async function failedRefunds({ directStores, known }: World): Promise<Refund[]> {
  const { orders, views } = directStores.orders.store
  const refunds = new Map((await views.openRefunds(100)).map((refund) => [refund.id, refund]))
  const ids = [...new Set(known.refundNumbers.map((wanted) => wanted.orderId))]
  for (const order of await orders.findMany(ids)) {
    for (const refund of order.refunds) if (refund.cause === 'operator') refunds.set(refund.id, refund)
  }
  return [...refunds.values()].filter(({ status }) => status === 'failed').sort(oldestRefundFirst)
}

export const heldPayments = ({ directStores }: World) => directStores.orders.store.views.heldPayments(100)

async function resolveAnyHeldPayment(world: World): Promise<void> {
  const payment = world.random.pick(await heldPayments(world))
  if (payment !== undefined) resolveHeldPayment(world, payment.payNo)
}

/** Two operators may decide at once, and differently. */
export function resolveHeldPayment(
  world: World,
  payNo: PayNo,
  decision = world.random.pick(decisions) ?? 'refund',
): void {
  pickProcess(world, world.orders).run(`resolves ${payNo}: ${decision}`, (program) =>
    program.operator.resolveHeldPayment(payNo, decision, 'simulated', operator),
  )
}

const decisions = ['fulfil', 'refund'] as const

function grant(world: World, { courseId }: Course): void {
  const userId = pickBuyer(world)
  const key = `grant-${world.random.integerBelow(4)}-${userId}-${courseId}`
  pickProcess(world, world.learning).run(`grants ${courseId} to ${userId} as ${key}`, async ({ entitlements }) => {
    await entitlements.grant({ userId, courseId, days: null, reason: 'simulated', key }, operator.userId)
  })
}

function revoke(world: World, { courseId }: Course): void {
  const userId = pickBuyer(world)
  world.known.revokedCourses.add(`${userId} ${courseId}`)
  pickProcess(world, world.learning).run(`revokes ${courseId} of ${userId}`, ({ entitlements }) =>
    entitlements.revoke({ userId, courseId, reason: 'simulated' }, operator.userId),
  )
}

/** The catalogue changes while choices wait. */
async function changePrice({ random, harness, log }: World, course: Course): Promise<void> {
  if (course.price === 0) return
  const price = fen(course.price + random.integerBelow(3))
  await harness.publish({ ...course, price })
  log.write(`the course ${course.courseId} costs ${price}`)
}

/** By its own number, as `stuck` says: that names the refund, whatever it was for. */
export function retryRefund(world: World, { orderId, outRequestNo }: Refund): void {
  pickProcess(world, world.orders).run(`tries ${outRequestNo} of ${orderId} again`, ({ service }) =>
    service.refundOrder(orderId, { amount: null, reason: 'simulated again', outRequestNo }, operator),
  )
}
