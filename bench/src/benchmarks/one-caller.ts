import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { handWrittenSql } from '../databases/hand-written-sql.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { compare, type Measurement } from '../harness/compare.js'
import { type Accepts, closedLoop } from '../harness/load.js'
import { median } from '../harness/statistics.js'
import { inParallel } from './checkout.js'
import { openShop } from './open-shop.js'
import { ratioResult } from './results.js'

/** A request may take twice the time of its transaction. */
const MIN_RATIO = 0.5

const isOk: Accepts = ({ status }) => status === 200

/** What one caller gets through when each request takes the middle of their times. */
const byMedian = ({ latencies = [] }: Measurement): Measurement => ({ figure: 1_000 / median(latencies), latencies })

/** One caller over HTTP, beside the same transaction by hand, which on MySQL goes in one packet. */
async function oneCaller(kind: DatabaseKind, context: BenchContext): Promise<BenchmarkResult[]> {
  await using stack = new AsyncDisposableStack()
  const { callers, gateway, purchases } = await openShop(stack, kind, context)
  const other = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
  const hand = stack.use(handWrittenSql(other, 1, { inOnePacket: true }))
  const others = purchasesIn(other)
  const count = context.operations(300)
  const steps = [
    ['`choosecourse`', async () => (await purchases.published(count)).map(gateway.choice), hand.choose],
    ['`generatepaycode`', async () => (await purchases.chosen(count)).map(gateway.order), hand.create],
    ['notify', async () => (await purchases.ordered(count)).map(gateway.notification), hand.book],
  ] as const
  const results: BenchmarkResult[] = []
  for (const [name, requests, transaction] of steps) {
    const ours = {
      name: `${name}, one caller, ${kind}`,
      run: async () => byMedian(await closedLoop(callers.slice(0, 1), await requests(), isOk)),
    }
    const baseline = {
      name: 'by hand',
      run: async () => {
        const numbers = name === 'notify' ? await others.ordered(count) : others.unused(count)
        return byMedian(await timed(numbers, transaction))
      },
    }
    const comparison = await compare(ours, baseline, context.rounds, context.progress)
    const scenario = `${name} over HTTP, ${context.nameOf(kind)}, one caller, by the median time`
    results.push(
      ratioResult(
        { scenario, baseline: 'its transaction by hand, in one packet on MySQL', atLeast: MIN_RATIO },
        comparison,
      ),
    )
  }
  return results
}

async function timed(numbers: readonly number[], work: (n: number) => Promise<void>): Promise<Measurement> {
  const latencies: number[] = []
  const slice = await inParallel(numbers, 1, async (n) => {
    const startedAt = performance.now()
    await work(n)
    latencies.push(performance.now() - startedAt)
  })
  return { ...slice, latencies }
}

export const oneCallers: readonly Benchmark[] = (['sqlite', 'mysql'] as const).map((kind) => ({
  name: `one-caller-${kind}`,
  run: async (context) => ({ results: await oneCaller(kind, context) }),
}))
