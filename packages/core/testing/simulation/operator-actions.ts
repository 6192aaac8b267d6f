import type { Refund } from '../../orders/domain/refund.js'
import type { OrderId, PayNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { type Action, anyOf } from './action.js'
import { operator } from './shop.js'
import type { World } from './world.js'

/** What operators do. */
export const operatorActions: readonly Action[] = [
  { name: 'refund', weight: 2, ready: ({ known }) => known.attempts.size > 0, begin: refund },
  { name: 'refund in two parts at once', weight: 2, ready: ({ known }) => known.paid.size > 0, begin: refundInParts },
  {
    name: 'refund under a known number',
    weight: 2,
    ready: ({ known }) => known.refundNumbers.length > 0,
    begin: refundAgain,
  },
  {
    name: 'try a failed refund again',
    weight: 2,
    ready: ({ known }) => known.paid.size > 0,
    begin: tryOneAgain,
  },
]

function refund(world: World): void {
  const { random, known } = world
  const attempt = random.pickLate([...known.attempts.values()])
  if (attempt === undefined) return
  sendNew(world, attempt.orderId, random.chance(0.4) ? null : 1 + random.below(attempt.totalPrice))
}

/** Two operators who do not know of each other, or one with two windows. */
function refundInParts(world: World): void {
  const { random, known } = world
  const attempt = known.attempts.get(random.pickLate([...known.paid]) as PayNo)
  if (attempt === undefined) return
  const part = 1 + random.below(attempt.totalPrice - 1)
  sendNew(world, attempt.orderId, part)
  sendNew(world, attempt.orderId, attempt.totalPrice - part)
}

function sendNew(world: World, orderId: OrderId, amount: number | null): void {
  const wanted = { orderId, outRequestNo: `refund-${world.known.refundNumbers.length + 1}`, amount }
  world.known.refundNumbers.push(wanted)
  send(world, wanted)
}

function refundAgain(world: World): void {
  const known = world.random.pick(world.known.refundNumbers)
  if (known !== undefined) send(world, known)
}

function send(world: World, wanted: World['known']['refundNumbers'][number]): void {
  const { orderId, outRequestNo } = wanted
  const amount = wanted.amount === null ? null : fen(wanted.amount)
  anyOf(world, world.orders).run(`refunds ${amount ?? 'all'} of ${orderId} as ${outRequestNo}`, ({ service }) =>
    service.refundOrder(orderId, { amount, reason: 'simulated', outRequestNo }, operator),
  )
}

async function tryOneAgain(world: World): Promise<void> {
  const refund = world.random.pick(await failedRefunds(world))
  if (refund !== undefined) tryAgain(world, refund)
}

/** Those that `stuck` shows, which nobody asked for, and those that an operator was told no to. */
export async function failedRefunds({ beside, known }: World): Promise<Refund[]> {
  const { operations, stores } = beside.orders
  const refunds = [...(await operations.openRefunds(100))]
  for (const orderId of new Set(known.refundNumbers.map((wanted) => wanted.orderId))) {
    refunds.push(...(await stores.refunds.listOf(orderId)).filter(({ cause }) => cause === 'operator'))
  }
  return refunds.filter(({ status }) => status === 'failed')
}

/** By its own number, as `stuck` says: that names the refund, whatever it was for. */
export function tryAgain(world: World, { orderId, outRequestNo }: Refund): void {
  anyOf(world, world.orders).run(`tries ${outRequestNo} of ${orderId} again`, ({ service }) =>
    service.refundOrder(orderId, { amount: null, reason: 'simulated again', outRequestNo }, operator),
  )
}
