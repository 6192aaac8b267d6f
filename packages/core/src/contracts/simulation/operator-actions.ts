import { fen } from '../../shared/money.js'
import { type Action, anyOf } from './action.js'
import { operator } from './shop.js'
import type { World } from './world.js'

/** What operators do. */
export const operatorActions: readonly Action[] = [
  { name: 'refund', weight: 3, ready: ({ known }) => known.attempts.size > 0, begin: refund },
  {
    name: 'refund under a known number',
    weight: 2,
    ready: ({ known }) => known.refundNumbers.length > 0,
    begin: refundAgain,
  },
]

function refund(world: World): void {
  const { random, known } = world
  const attempt = random.pick([...known.attempts.values()])
  if (attempt === undefined) return
  const amount = random.chance(0.4) ? null : fen(1 + random.below(attempt.totalPrice))
  const outRequestNo = `refund-${known.refundNumbers.length + 1}`
  known.refundNumbers.push({ orderId: attempt.orderId, outRequestNo, amount })
  send(world, { orderId: attempt.orderId, outRequestNo, amount })
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
