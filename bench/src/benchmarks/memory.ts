import { pathToFileURL } from 'node:url'
import type { Benchmark } from '../harness/benchmark.js'
import { closedLoop } from '../harness/load.js'
import { spreadOf } from '../harness/statistics.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, openShop } from './open-shop.js'

/** A purchase a second: what is meant by an hour's worth. */
const PURCHASES_PER_MINUTE = 60
const MINUTES = 60
const MEGABYTE = 1024 * 1024
const MAX_GROWTH = 1.1

interface Memory {
  readonly heapUsed: number
  readonly rss: number
}

export const memory: Benchmark = {
  name: 'memory',
  async run(context) {
    await using stack = new AsyncDisposableStack()
    const node = ['--expose-gc', '--import', pathToFileURL(benchProgram('servers/report-memory.js')).href]
    const { callers, gateway, purchases, server } = await openShop(stack, 'sqlite', context, { node })
    const found: Memory[] = []
    const minutes = context.quick ? 3 : MINUTES
    for (let minute = 0; minute <= minutes; minute += 1) {
      context.progress.step(`memory: minute ${minute} of ${minutes}`)
      const [chosen, ordered] = [
        await purchases.chosen(PURCHASES_PER_MINUTE),
        await purchases.ordered(PURCHASES_PER_MINUTE),
      ]
      await closedLoop(callers, chosen.map(gateway.order), accepts.create)
      await closedLoop(callers, ordered.map(gateway.notification), accepts.notify)
      found.push((await server.program.ask({})) as Memory)
    }
    // The first minutes compile code and fill caches: the heap after the tenth is what an hour is held to, and the
    // first is told.
    const settled = found[Math.min(10, minutes - 1)] ?? { heapUsed: 1, rss: 1 }
    const last = found.at(-1) ?? settled
    const value = spreadOf([last.heapUsed / settled.heapUsed])
    const megabytes = ({ heapUsed, rss }: Memory) =>
      `${(heapUsed / MEGABYTE).toFixed(1)} MB heap, ${(rss / MEGABYTE).toFixed(0)} MB resident`
    return {
      results: [
        {
          scenario: `heap after an hour's worth of purchases (${minutes * PURCHASES_PER_MINUTE}, one a second), collected`,
          baseline: 'after ten minutes’ worth, when all code is compiled',
          aim: `flat (≤ ${MAX_GROWTH} ×)`,
          value,
          unit: '×',
          met: value.median <= MAX_GROWTH,
          notes: [`after one minute's worth: ${megabytes(found[1] ?? settled)}`, `at the end: ${megabytes(last)}`],
        },
      ],
      plots: [
        {
          name: 'memory',
          title: 'Heap of the server after a collection',
          x: 'purchases',
          y: 'MB',
          series: [
            {
              name: 'heap',
              points: found.map(({ heapUsed }, minute) => [minute * PURCHASES_PER_MINUTE, heapUsed / MEGABYTE]),
            },
          ],
        },
      ],
    }
  },
}
