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
