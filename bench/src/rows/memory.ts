import { pathToFileURL } from 'node:url'
import { ownDatabase } from '../databases/own-database.js'
import { purchasesIn } from '../databases/purchases.js'
import type { Benchmark } from '../harness/benchmark.js'
import { openCallers } from '../harness/http-caller.js'
import { closedLoop } from '../harness/load.js'
import { spreadOf } from '../harness/statistics.js'
import { openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram, exampleProgram } from '../servers/programs.js'
import { accepts, CALLERS } from './checkout.js'

/** A purchase a second: what is meant by an hour's worth. */
const PER_MINUTE = 60
const MINUTES = 60
const MEGABYTE = 1024 * 1024
const FLAT = 1.1

interface Memory {
  readonly heapUsed: number
  readonly rss: number
}

export const memory: Benchmark = {
  name: 'memory',
  async run(context) {
    await using stack = new AsyncDisposableStack()
    const gateway = stack.use(await openGateway())
    const database = stack.use(await ownDatabase('sqlite', null))
    const node = ['--expose-gc', '--import', pathToFileURL(benchProgram('servers/tell-memory.js')).href]
    const environment = gateway.environment(database)
    const server = stack.use(await startHttpServer(exampleProgram('apps/server/main.js'), { environment, node }))
    const callers = await openCallers(server.port, CALLERS)
    stack.defer(() => {
      for (const caller of callers) caller.close()
    })
    const purchases = purchasesIn(database)
    const found: Memory[] = []
    const minutes = context.quick ? 3 : MINUTES
    for (let minute = 0; minute <= minutes; minute += 1) {
      context.progress.step(`memory: minute ${minute} of ${minutes}`)
      const [chosen, ordered] = [await purchases.chosen(PER_MINUTE), await purchases.ordered(PER_MINUTE)]
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
      outcomes: [
        {
          what: `heap after an hour's worth of purchases (${minutes * PER_MINUTE}, one a second), collected`,
          beside: 'after ten minutes’ worth, when all code is compiled',
          aim: `flat (≤ ${FLAT} ×)`,
          value,
          unit: '×',
          met: value.median <= FLAT,
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
            { name: 'heap', points: found.map(({ heapUsed }, minute) => [minute * PER_MINUTE, heapUsed / MEGABYTE]) },
          ],
        },
      ],
    }
  },
}
