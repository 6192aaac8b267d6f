import { beijingDayOf, beijingDaysBetween, spanOfDay } from '../../src/shared/beijing-day.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { callNotifyEndpoint } from './gateway-actions.js'
import { failedRefunds, heldPayments, resolveHeldPayment, retryRefund } from './operator-actions.js'
import { ORDER_LIFE_MS, operator as person } from './shop.js'
import { consumeMessage, runWorkerOnce } from './worker-actions.js'
import type { World } from './world.js'

/** Every rescheduled thing is due again after it. */
const LONG_PAUSE_MS = 120_000
const MAX_DELIVERIES = 200
const MAX_DAYS = 5

/** Runs everything that was begun to its end, call by call. */
export async function drain({ calls }: World): Promise<void> {
  await calls.untilIdle()
  while (calls.waiting > 0) {
    calls.releaseOne()
    await calls.untilIdle()
  }
}

export async function startAll({ orders, learning }: World): Promise<void> {
  for (const process of [...learning, ...orders]) await process.start()
}

/** No more faults: every clock is right, all processes run, and time passes. Then the day's bill comes. */
export async function settleDown(world: World, began: EpochMs): Promise<{ readonly foundByBill: number }> {
  world.log.write('--- no more faults')
  // Most late payments are noticed only now, and an empty balance refuses to give them back.
  world.faults.end('refund_refused')
  world.skew.ms = 0
  await world.harness.gateway.holdRefunds(false)
  await startAll(world)
  await drain(world)
  // Workers may be quick, or so slow that every order has run out before they look.
  const pauses = world.random.chance(0.5) ? [1_000, LONG_PAUSE_MS, 2 * ORDER_LIFE_MS] : [2 * ORDER_LIFE_MS]
  for (const pause of [...pauses, LONG_PAUSE_MS, LONG_PAUSE_MS, LONG_PAUSE_MS]) {
    await runWorkers(world, pause)
    world.faults.end()
  }
  const foundByBill = await reconcile(world, began)
  // The bill may have proved payments and refunds, whose messages are published now.
  for (const pause of [LONG_PAUSE_MS, LONG_PAUSE_MS]) await runWorkers(world, pause)
  return { foundByBill }
}

/**
 * Everything that waits is worked off; an operator puts back what was dead-lettered, and tries again what was refused.
 */
async function runWorkers(world: World, pauseMs: number): Promise<void> {
  world.clock.advance(pauseMs)
  for (const notification of [...world.known.unansweredNotifications]) callNotifyEndpoint(world, notification, false)
  await drain(world)
  const first = world.random.pick(['pollPayments', 'expireOrders'] as const) ?? 'pollPayments'
  for (const worker of [first, 'pollPayments', 'expireOrders', 'processDueRefunds'] as const) {
    runWorkerOnce(world, worker)
    await drain(world)
  }
  await resolveHeldPayments(world)
  await retryFailedRefunds(world)
  await redeliverDeadLetters(world)
  await relayAll(world)
  world.harness.broker.redrive()
  for (let count = 0; world.harness.broker.waiting() > 0 && count < MAX_DELIVERIES; count += 1) {
    consumeMessage(world)
    await drain(world)
  }
}

/** Nothing stays held: what cannot be fulfilled any more is refunded. */
async function resolveHeldPayments(world: World): Promise<void> {
  for (const { payNo } of await heldPayments(world)) {
    resolveHeldPayment(world, payNo)
    await drain(world)
    resolveHeldPayment(world, payNo, 'refund')
    await drain(world)
  }
}

/** Before an operator's second try mends it: money that moved must not stand as refused. */
async function retryFailedRefunds(world: World): Promise<void> {
  for (const refund of await failedRefunds(world)) {
    if (world.known.acceptedRefunds.has(`${refund.payNo} ${refund.outRequestNo}`)) {
      world.violations.push(`The refund ${refund.outRequestNo} failed in our ledger, and the gateway has taken it.`)
    }
    retryRefund(world, refund)
    await drain(world)
  }
}

async function redeliverDeadLetters(world: World): Promise<void> {
  for (const { message, reason } of await world.directStores.orders.store.outbox.deadLetters(100)) {
    if (reason === '') world.violations.push(`The message ${message.id} was dead without a reason.`)
    world.orders[0]?.run(`redelivers ${message.id}`, ({ operator }) => operator.redeliver(message.id, person))
    await drain(world)
  }
}

async function relayAll(world: World): Promise<void> {
  const state = { more: true }
  for (let rounds = 0; state.more && rounds < 20; rounds += 1) {
    world.orders[0]?.run('relay', async ({ workers }) => {
      state.more = (await workers.relay()).more
    })
    await drain(world)
  }
}

/** The bills of all days so far; returns how many payments only the bill proved. */
async function reconcile(world: World, began: EpochMs): Promise<number> {
  const last = world.clock.now()
  world.clock.set(spanOfDay(beijingDayOf(last)).to + 13 * 3_600_000)
  let found = 0
  for (const day of beijingDaysBetween(began, last, MAX_DAYS)) {
    world.orders[0]?.run(`reconciles ${day}`, async (program) => {
      const answer = await program.reconcile(day)
      if (answer.kind !== 'report') return void world.violations.push(`There is no bill of ${day}.`)
      for (const { outTradeNo } of answer.report.repaired) {
        found += 1
        if (!isOnlyProvableByBill(world, outTradeNo as PayNo)) {
          world.violations.push(`Only the bill proved the payment ${outTradeNo}, though we could have asked.`)
        }
      }
      for (const { kind, outTradeNo } of answer.report.differences) {
        world.violations.push(`The bill of ${day} and our ledger differ: ${kind} of ${outTradeNo}.`)
      }
    })
    await drain(world)
  }
  return found
}

/**
 * Closed here while the gateway knew of no trade, paid later over a page that was still out, and its notification was
 * lost.
 */
const isOnlyProvableByBill = ({ known }: World, payNo: PayNo): boolean =>
  known.lostNotifications.has(payNo) && known.payNosWithoutTrade.has(payNo)
