import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { openLoop } from '../harness/load.js'
import { quantile, spreadOf } from '../harness/statistics.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, freshRequests, openShop, type Stage } from './open-shop.js'
import { latencyNote, perSecond } from './results.js'

const CONNECTIONS = 128
const ARRIVALS_PER_SECOND = 1_000
const MAX_P999_MS = 20

/** The slowest of a thousand requests that come at a fixed rate, whatever becomes of those before. */
async function atFixedRate(stage: Stage, context: BenchContext): Promise<BenchmarkResult> {
  await using stack = new AsyncDisposableStack()
  const program = benchProgram('servers/order-server.js')
  const shop = { program, connections: CONNECTIONS }
  const { callers, gateway, purchases } = await openShop(stack, 'sqlite', context, shop)
  const [p999, answered, latencies]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round <= context.rounds; round += 1) {
    context.progress.step(`${stage} on sqlite, ${ARRIVALS_PER_SECOND} arrivals a second: round ${round}`)
    const count = context.operations(4_000)
    const requests = await freshRequests[stage](purchases, gateway, count)
    const load = await openLoop(callers, requests, ARRIVALS_PER_SECOND, accepts[stage])
    if (round === 0) continue
    p999.push(quantile(load.latencies, 0.999) / 1_000)
    answered.push(load.answered)
    latencies.push(...load.latencies)
  }
  const value = spreadOf(p999)
  const name = stage === 'create' ? '`generatepaycode`' : 'notify'
  return {
    scenario: `${name} over HTTP, SQLite, ${perSecond(ARRIVALS_PER_SECOND)} arrivals, order service alone: p99.9`,
    baseline: 'nothing',
    aim: `≤ ${MAX_P999_MS / 1_000} s`,
    value,
    unit: 's',
    met: value.median <= MAX_P999_MS / 1_000,
    notes: [`${perSecond(spreadOf(answered).median)} answered`, latencyNote(latencies)],
  }
}

export const fixedRate: Benchmark = {
  name: 'fixed-rate-sqlite',
  run: async (context) => ({ results: [await atFixedRate('create', context), await atFixedRate('notify', context)] }),
}
