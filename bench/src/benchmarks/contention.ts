import type { BenchDatabase, DatabaseKind } from '../databases/bench-database.js'
import type { Purchases } from '../databases/purchases.js'
import { orderId } from '../databases/rows.js'
import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import type { HttpCaller } from '../harness/http-caller.js'
import { type Accepts, closedLoop } from '../harness/load.js'
import { quantile } from '../harness/statistics.js'
import type { BenchGateway } from '../servers/gateway.js'
import { openShop } from './open-shop.js'
import { ms, ratioResult } from './results.js'

/** A code too many of one order is refused: 200 a day. */
const PAY_CODES_OF_ONE_ORDER = 160
const MIN_SAME_ORDER_RATIO = 0.5
const MIN_LOCKED_ORDER_RATIO = 0.9
const MAX_P99_RATIO = 2

interface ContentionSetting {
  readonly kind: DatabaseKind
  readonly context: BenchContext
  readonly gateway: BenchGateway
  readonly database: BenchDatabase
  readonly purchases: Purchases
  readonly callers: readonly HttpCaller[]
}

const isOk: Accepts = ({ status }) => status === 200

/** Each of a few things asked for by all callers at once, beside as many requests for different ones. */
async function compareSameWithDifferent(
  { kind, context, callers }: ContentionSetting,
  scenario: string,
  requests: (count: number) => Promise<Buffer[]>,
): Promise<BenchmarkResult> {
  const operations = context.operations(960)
  const each = Math.min(PAY_CODES_OF_ONE_ORDER, operations)
  const ours: Variant = {
    name: `${scenario}, ${kind}`,
    async run() {
      const few = await requests(Math.ceil(operations / each))
      return closedLoop(
        callers,
        few.flatMap((one) => Array.from({ length: each }, () => one)),
        isOk,
      )
    },
  }
  const different: Variant = {
    name: 'different ones',
    run: async () => closedLoop(callers, await requests(operations), isOk),
  }
  const comparison = await compare(ours, different, context.rounds, context.progress)
  const aim = {
    scenario: `${scenario}, ${context.nameOf(kind)}: none is refused`,
    baseline: '32 callers of different ones',
  }
  return ratioResult({ ...aim, atLeast: MIN_SAME_ORDER_RATIO }, comparison)
}

/** Payments are booked while a foreign transaction holds the row of one order, for which a notification waits. */
async function compareWithLockedOrder({
  kind,
  context,
  gateway,
  database,
  purchases,
  callers,
}: ContentionSetting): Promise<BenchmarkResult> {
  const operations = context.operations(1_200)
  const [extra, ...others] = callers
  if (extra === undefined) throw new Error('There is no caller.')
  const latencies: number[] = []
  const free: Variant = {
    name: 'no order locked',
    async run() {
      const slice = await closedLoop(others, (await purchases.ordered(operations)).map(gateway.notification), isOk)
      latencies.push(...(slice.latencies ?? []))
      return slice
    },
  }
  const locked: Variant = {
    name: `one order locked, ${kind}`,
    async run() {
      const [n = 0, ...numbers] = await purchases.ordered(operations + 1)
      const requests = numbers.map(gateway.notification)
      await database.run(`START TRANSACTION; SELECT id FROM xc_orders WHERE id = ${orderId(n)} FOR UPDATE`)
      const waiting = extra.send(gateway.notification(n))
      const slice = await closedLoop(others, requests, isOk)
      await database.run('COMMIT')
      await waiting
      return slice
    },
  }
  const comparison = await compare(locked, free, context.rounds, context.progress)
  const [p99, freeP99] = [quantile(comparison.latencies, 0.99), quantile(latencies, 0.99)]
  const scenario = `notify, ${context.nameOf(kind)}, 31 callers, while a foreign transaction holds one order's row`
  const aim = { scenario, baseline: 'the same without it', atLeast: MIN_LOCKED_ORDER_RATIO }
  const result = ratioResult(aim, comparison, [`p99 ${ms(p99)} beside ${ms(freeP99)}; aim ≤ ${MAX_P99_RATIO} ×`])
  return { ...result, met: result.met && p99 <= MAX_P99_RATIO * freeP99 }
}

async function contentionResults(kind: DatabaseKind, context: BenchContext): Promise<BenchmarkResult[]> {
  await using stack = new AsyncDisposableStack()
  const { callers, database, gateway, purchases } = await openShop(stack, kind, context)
  const setting: ContentionSetting = { kind, context, gateway, database, purchases, callers }
  const [orders, courses] = ['`generatepaycode`, 32 callers of one order', '`choosecourse`, 32 callers of one course']
  return [
    await compareSameWithDifferent(setting, orders, async (count) =>
      (await purchases.chosen(count)).map(gateway.order),
    ),
    await compareSameWithDifferent(setting, courses, async (count) =>
      (await purchases.published(count)).map(gateway.choice),
    ),
    // On SQLite a foreign transaction that writes holds the whole file.
    ...(kind === 'mysql' ? [await compareWithLockedOrder(setting)] : []),
  ]
}

export const contention: readonly Benchmark[] = (['sqlite', 'mysql'] as const).map((kind) => ({
  name: `contention-${kind}`,
  run: async (context) => ({ results: await contentionResults(kind, context) }),
}))
