import { setTimeout as later } from 'node:timers/promises'
import { type BenchDatabase, type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { handWrittenSql } from '../databases/hand-written-sql.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import type { HttpCaller } from '../harness/http-caller.js'
import { sendChecked } from '../harness/load.js'
import type { BenchGateway } from '../servers/gateway.js'
import { inParallel } from './checkout.js'
import { accepts, CALLERS, openShop } from './open-shop.js'
import { ratioResult } from './results.js'

const MIN_RATIO = 0.5

/** Choose, code, notify, course in the table: one purchase after the other by each caller. */
async function wholePurchases(
  callers: readonly HttpCaller[],
  numbers: readonly number[],
  gateway: BenchGateway,
  waitForCourse: (id: string) => Promise<void>,
) {
  const latencies: number[] = []
  const work = async (n: number, caller: HttpCaller) => {
    const startedAt = performance.now()
    const choice = await sendChecked(caller, gateway.choice(n), ({ status }) => status === 200)
    const { id } = JSON.parse(choice.body) as { id: string }
    const code = await sendChecked(caller, gateway.orderOf(n, id), accepts.create)
    const { payNo } = JSON.parse(code.body) as { payNo: string }
    await sendChecked(caller, gateway.notificationOf(n, payNo), accepts.notify)
    await waitForCourse(id)
    latencies.push(performance.now() - startedAt)
  }
  const free = [...callers]
  const slice = await inParallel(numbers, callers.length, async (n) => {
    const caller = free.pop()
    if (caller === undefined) throw new Error('There are fewer callers than purchases at once.')
    await work(n, caller)
    free.push(caller)
  })
  return { ...slice, latencies }
}

/** The transactions of all steps, one purchase after the other by each connection. */
function handWrittenVariant(
  database: BenchDatabase,
  width: number,
  operations: number,
  stack: AsyncDisposableStack,
): Variant {
  const hand = stack.use(handWrittenSql(database, width))
  const purchases = purchasesIn(database)
  return {
    name: `by hand, ${width} at once`,
    run: () =>
      inParallel(purchases.unused(operations), database.kind === 'sqlite' ? 1 : width, async (n) => {
        await hand.choose(n)
        await hand.create(n)
        await hand.book(n)
        await hand.grant(n)
      }),
  }
}

async function purchaseResults(kind: DatabaseKind, context: BenchContext) {
  await using stack = new AsyncDisposableStack()
  const { callers, database, gateway, purchases } = await openShop(stack, kind, context)
  const waitForCourse = createCourseTableWatch(database)
  const results = []
  for (const [width, usual] of [
    [1, 150],
    [8, 400],
    [CALLERS, 600],
  ] as const) {
    const operations = context.operations(usual)
    const ours: Variant = {
      name: `purchase on ${kind}, ${width} callers`,
      run: async () =>
        wholePurchases(callers.slice(0, width), await purchases.published(operations), gateway, waitForCourse),
    }
    const other = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
    const comparison = await compare(
      ours,
      handWrittenVariant(other, width, operations, stack),
      context.rounds,
      context.progress,
    )
    const scenario = `whole purchase over HTTP: choose, code, notify, course in the table, ${context.nameOf(kind)}, callers: ${width}`
    const baseline = 'the four transactions of a purchase by hand, no HTTP, no RSA, no QR'
    results.push(ratioResult({ scenario, baseline, atLeast: MIN_RATIO }, comparison))
  }
  return results
}

export const purchases: readonly Benchmark[] = (['sqlite', 'mysql'] as const).map((kind) => ({
  name: `purchase-${kind}`,
  run: async (context) => ({ results: await purchaseResults(kind, context) }),
}))

/**
 * One look at the table for all who wait, with a pause: a look for each of them would take the machine from the server.
 */
const POLL_INTERVAL_MS = 1

/** Tells when choices of a course arrive in the course table. */
function createCourseTableWatch(database: BenchDatabase): (chooseCourseId: string) => Promise<void> {
  const waiting = new Map<string, () => void>()
  let polling = false
  async function poll(): Promise<void> {
    polling = true
    while (waiting.size > 0) {
      const ids = [...waiting.keys()].join(',')
      const column = database.kind === 'sqlite' ? 'CAST(choose_course_id AS TEXT)' : 'choose_course_id'
      for (const id of await database.texts(
        `SELECT ${column} FROM xc_course_tables WHERE choose_course_id IN (${ids})`,
      )) {
        waiting.get(id)?.()
        waiting.delete(id)
      }
      await later(POLL_INTERVAL_MS)
    }
    polling = false
  }
  return (id) =>
    new Promise((resolve, reject) => {
      waiting.set(id, resolve)
      if (!polling) poll().catch(reject)
    })
}
