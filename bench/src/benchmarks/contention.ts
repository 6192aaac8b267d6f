import type { DatabaseKind } from '../databases/bench-database.js'
import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import type { HttpCaller } from '../harness/http-caller.js'
import { type Accepts, closedLoop } from '../harness/load.js'
import { openShop } from './open-shop.js'
import { ratioResult } from './results.js'

/** A code too many of one order is refused: 200 a day. */
const PAY_CODES_OF_ONE_ORDER = 160
const MIN_SAME_ORDER_RATIO = 0.5

interface ContentionSetting {
  readonly kind: DatabaseKind
  readonly context: BenchContext
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

async function contentionResults(kind: DatabaseKind, context: BenchContext): Promise<BenchmarkResult[]> {
  await using stack = new AsyncDisposableStack()
  const { callers, gateway, purchases } = await openShop(stack, kind, context)
  const setting: ContentionSetting = { kind, context, callers }
  const [orders, courses] = ['`generatepaycode`, 32 callers of one order', '`choosecourse`, 32 callers of one course']
  return [
    await compareSameWithDifferent(setting, orders, async (count) =>
      (await purchases.chosen(count)).map(gateway.order),
    ),
    await compareSameWithDifferent(setting, courses, async (count) =>
      (await purchases.published(count)).map(gateway.choice),
    ),
  ]
}

export const contention: readonly Benchmark[] = (['sqlite', 'mysql'] as const).map((kind) => ({
  name: `contention-${kind}`,
  run: async (context) => ({ results: await contentionResults(kind, context) }),
}))
