import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { MESSAGES, messageRow } from '../databases/rows.js'
import type { Benchmark } from '../harness/benchmark.js'
import { compare, type Measurement, type Variant } from '../harness/compare.js'
import { benchProgram, startAnsweringProgram } from '../servers/programs.js'
import { createRabbitNames } from '../servers/rabbit-names.js'
import { ratioResult } from './results.js'

interface Delivered extends Measurement {
  readonly delivered: number
}

const relayBenchmark = (kind: DatabaseKind, atLeast: number): Benchmark => ({
  name: `relay-${kind}`,
  async run(context) {
    if (context.amqpUrl === null) throw new Error('No RabbitMQ answers.')
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
    const names = stack.use(await createRabbitNames(context.amqpUrl))
    await names.declare()
    const environment = { ...names.environment, DATABASE_URL: database.url }
    const relay = stack.use(await startAnsweringProgram(benchProgram('servers/relay-program.js'), { environment }))
    const confirms = stack.use(
      await startAnsweringProgram(benchProgram('servers/confirms-program.js'), { environment }),
    )
    const count = context.operations(10_000)
    let next = 0
    const slice = async (program: typeof relay) => {
      const answer = (await program.ask({ count })) as Delivered
      if (answer.delivered !== count) throw new Error(`Only ${answer.delivered} of ${count} were delivered.`)
      await names.empty()
      return answer
    }
    const ours: Variant = {
      name: `relay on ${kind}`,
      async run() {
        const numbers = Array.from({ length: count }, () => next++)
        await database.insert(
          'mq_message',
          numbers.map((n) => messageRow(n, MESSAGES + BigInt(n))),
        )
        return slice(relay)
      },
    }
    const baseline: Variant = { name: 'amqplib confirms', run: () => slice(confirms) }
    const scenario = `relay from a full outbox to RabbitMQ (quorum queue), ${context.nameOf(kind)}`
    const comparison = await compare(ours, baseline, context.rounds, context.progress)
    return {
      results: [ratioResult({ scenario, baseline: 'amqplib confirms alone, window 100', atLeast }, comparison)],
    }
  },
})

export const relaySqlite = relayBenchmark('sqlite', 0.7)
export const relayMysql = relayBenchmark('mysql', 0.45)
