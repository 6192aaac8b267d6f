import { setTimeout as later } from 'node:timers/promises'
import SqliteDriver from 'better-sqlite3'
import { openBenchDatabase } from '../databases/bench-database.js'
import { purchasesIn } from '../databases/purchases.js'
import { choiceId } from '../databases/rows.js'
import type { Benchmark } from '../harness/benchmark.js'
import { compare, type Measurement, type Variant } from '../harness/compare.js'
import { HttpCaller } from '../harness/http-caller.js'
import { quantile } from '../harness/statistics.js'
import { openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram, exampleProgram, startAnsweringProgram } from '../servers/programs.js'
import { createRabbitNames } from '../servers/rabbit-names.js'
import { latencyNote, ms } from './results.js'

/**
 * Looking without a pause took one of two cores from the server and the broker. So a time here is up to this much too
 * long.
 */
const POLL_INTERVAL_MS = 1

const p99 = (latencies: readonly number[]): Measurement => ({ figure: quantile(latencies, 0.99), latencies })

export const delivery: Benchmark = {
  name: 'delivery',
  async run(context) {
    if (context.amqpUrl === null) throw new Error('No RabbitMQ answers.')
    await using stack = new AsyncDisposableStack()
    const gateway = stack.use(await openGateway())
    const database = stack.use(await openBenchDatabase('sqlite', null))
    const names = stack.use(await createRabbitNames(context.amqpUrl))
    const alone = stack.use(await createRabbitNames(context.amqpUrl))
    await alone.declare()
    const environment = { ...gateway.environment(database), ...names.environment }
    const server = stack.use(await startHttpServer(exampleProgram('apps/server/main.js'), { environment }))
    const trips = stack.use(
      await startAnsweringProgram(benchProgram('servers/round-trip-program.js'), { environment: alone.environment }),
    )
    const caller = stack.adopt(await HttpCaller.open(server.port), (open) => open.close())
    const reader = stack.adopt(new SqliteDriver(database.file, { readonly: true }), (open) => void open.close())
    const inTable = reader.prepare('SELECT 1 FROM xc_course_tables WHERE choose_course_id = ?').pluck()
    const count = context.operations(400)
    const purchases = purchasesIn(database)
    const ours: Variant = {
      name: 'notify answered → course in the table',
      async run() {
        const latencies: number[] = []
        for (const n of await purchases.ordered(count)) {
          const { body } = await caller.send(gateway.notification(n))
          if (body !== 'success') throw new Error(`The notification was answered ${body}.`)
          const answeredAt = performance.now()
          while (inTable.get(choiceId(n)) === undefined) await later(POLL_INTERVAL_MS)
          latencies.push(performance.now() - answeredAt)
        }
        return p99(latencies)
      },
    }
    const baseline: Variant = {
      name: 'amqplib round trip',
      run: async () => p99(((await trips.ask({ count })) as { latencies: number[] }).latencies),
    }
    const comparison = await compare(ours, baseline, context.rounds, context.progress)
    return {
      results: [
        {
          scenario: 'notify answered → course in the table, p99, RabbitMQ (quorum), SQLite, one at a time',
          baseline: 'publish → consume round trip of amqplib alone, p99',
          aim: '≤ 4 ×',
          value: comparison.ratio,
          unit: '×',
          met: comparison.ratio.median <= 4,
          notes: [
            `p99 ${ms(comparison.ours.median)} beside ${ms(comparison.baseline.median)}`,
            latencyNote(comparison.latencies),
          ],
        },
      ],
    }
  },
}
