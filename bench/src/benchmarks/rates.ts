import type { DatabaseKind } from '../databases/bench-database.js'
import type { BenchContext, Benchmark, Findings, Series } from '../harness/benchmark.js'
import { closedLoop, openLoop } from '../harness/load.js'
import { quantile, spreadOf } from '../harness/statistics.js'
import { accepts, CALLERS, freshRequests, openShop, type Stage } from './open-shop.js'
import { ms, perSecond } from './results.js'

const CONNECTIONS = 128
/** Shares of the closed loop's speed. */
const RATE_SHARES = [0.25, 0.5, 0.75, 0.9, 1.1]
/** Latency from here on is that of a queue: nobody waits longer for a page. */
const MAX_P99_MS = 1_000

interface Rate {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly answered: number
  readonly backlog: number
}

/** A rate holds when the answers keep up with the arrivals; what is left at the end is what is on its way. */
const isSustained = (rate: Rate) => rate.answered >= 0.97 * rate.perSecond && rate.p99 < MAX_P99_MS

async function measureRates(kind: DatabaseKind, stage: Stage, context: BenchContext) {
  await using stack = new AsyncDisposableStack()
  const { callers, gateway, purchases } = await openShop(stack, kind, context, { connections: CONNECTIONS })
  const requests = (count: number) => freshRequests[stage](purchases, gateway, count)
  await closedLoop(callers.slice(0, CALLERS), await requests(context.operations(500)), accepts[stage])
  const peak = await closedLoop(callers.slice(0, CALLERS), await requests(context.operations(2_500)), accepts[stage])
  const rates: Rate[] = []
  for (const share of RATE_SHARES) {
    const rate = Math.max(1, Math.round(peak.figure * share))
    context.progress.step(`${stage} on ${kind}: ${rate} arrivals a second`)
    const count = context.quick ? 30 : Math.round(rate * 4)
    const { latencies, answered, backlog } = await openLoop(callers, await requests(count), rate, accepts[stage])
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((q) => quantile(latencies, q))
    rates.push({ perSecond: rate, p50: p50 ?? 0, p99: p99 ?? 0, p999: p999 ?? 0, answered, backlog })
  }
  return { peak: peak.figure, rates }
}

const seriesOf = (rates: readonly Rate[]): Series[] => [
  { name: 'p50', points: rates.map((rate) => [rate.perSecond, rate.p50]) },
  { name: 'p99', points: rates.map((rate) => [rate.perSecond, rate.p99]) },
  { name: 'p99.9', points: rates.map((rate) => [rate.perSecond, rate.p999]) },
]

const tableRow = (rate: Rate) =>
  `| ${perSecond(rate.perSecond)} | ${perSecond(rate.answered)} | ${ms(rate.p50)} | ${ms(rate.p99)} | ${ms(rate.p999)} | ${rate.backlog} | ${isSustained(rate) ? 'yes' : '**no: the backlog grows**'} |`

const ratesBenchmark = (kind: DatabaseKind, stage: Stage): Benchmark => ({
  name: `rates-${stage}-${kind}`,
  async run(context): Promise<Findings> {
    const { peak, rates } = await measureRates(kind, stage, context)
    const sustained = rates.filter(isSustained).at(-1)
    const call =
      stage === 'create' ? '`generatepaycode`' : '`receivenotify` (relay and learning centre in the same process)'
    const database = context.nameOf(kind)
    const value = (sustained?.perSecond ?? 0) / peak
    return {
      results: [
        {
          scenario: `${call} on ${database}, open model: highest arrival rate of the ladder that is sustained`,
          baseline: 'the closed loop of 32 callers just before',
          aim: 'none',
          value: spreadOf([value]),
          unit: '×',
          met: true,
          notes: sustained === undefined ? ['none'] : [`${perSecond(sustained.perSecond)}, p99 ${ms(sustained.p99)}`],
        },
      ],
      plots: [
        {
          name: `rates-${stage}-${kind}`,
          title: `${stage} on ${database}: latency by arrival rate`,
          x: 'arrivals a second',
          y: 'ms, from the moment it was due',
          series: seriesOf(rates),
        },
      ],
      remarks: [
        [
          `**${call} on ${database}** (closed loop: ${perSecond(peak)})`,
          '',
          '| arrivals | answered | p50 | p99 | p99.9 | not answered when the last was due | sustained |',
          '| --- | --- | --- | --- | --- | --- | --- |',
          ...rates.map(tableRow),
        ].join('\n'),
      ],
    }
  },
})

export const arrivalRates: readonly Benchmark[] = [
  ratesBenchmark('sqlite', 'create'),
  ratesBenchmark('sqlite', 'notify'),
  ratesBenchmark('mysql', 'create'),
  ratesBenchmark('mysql', 'notify'),
]
