import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { type Comparison, compare, type Variant } from '../harness/compare.js'
import { openCallers } from '../harness/http-caller.js'
import { closedLoop } from '../harness/load.js'
import { type BenchGateway, openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram, exampleProgram } from '../servers/programs.js'
import { createRabbitNames, type RabbitNames } from '../servers/rabbit-names.js'
import { CALLERS, freshRequests, type Stage } from './open-shop.js'
import { ratioResult } from './results.js'

interface SeedRun {
  readonly kind: DatabaseKind
  readonly stage: Stage
  readonly qr: 'png' | 'svg'
}

interface SeedSetting {
  readonly gateway: BenchGateway
  readonly names: RabbitNames | null
  readonly context: BenchContext
}

/** Both as whole servers; each slice has as many requests as its server answers in about a second. */
async function compareWithSeed(run: SeedRun, { gateway, names, context }: SeedSetting): Promise<Comparison> {
  const { stage, kind } = run
  await using stack = new AsyncDisposableStack()
  const side = async (name: string, program: string, operations: number): Promise<Variant> => {
    const database = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
    const environment = { ...gateway.environment(database), ...names?.environment, SEED_QR: run.qr }
    const server = stack.use(await startHttpServer(program, { environment }))
    const callers = await openCallers(stack, server.port, CALLERS)
    const purchases = purchasesIn(database)
    return {
      name,
      run: async () =>
        closedLoop(callers, await freshRequests[stage](purchases, gateway, operations), ({ status }) => status === 200),
    }
  }
  const ours = await side(`${stage} on ${kind}`, exampleProgram('apps/server/main.js'), context.operations(1_200))
  const seed = await side(
    `the seed, ${run.qr}`,
    benchProgram('servers/seed-server.js'),
    context.operations(run.stage === 'create' ? 200 : 400),
  )
  return await compare(ours, seed, context.rounds, context.progress)
}

const runs: readonly (Omit<SeedRun, 'kind'> & {
  readonly atLeast: number
  readonly scenario: string
  readonly baseline: string
})[] = [
  { stage: 'create', qr: 'png', atLeast: 15, scenario: 'create, 32 callers', baseline: 'a plain port of the seed' },
  { stage: 'create', qr: 'svg', atLeast: 5, scenario: 'create, 32 callers', baseline: 'the same port with an SVG QR' },
  { stage: 'notify', qr: 'png', atLeast: 5, scenario: 'notify, 32 callers', baseline: 'a plain port of the seed' },
]

const seedBenchmark = (kind: DatabaseKind): Benchmark => ({
  name: `seed-${kind}`,
  async run(context) {
    await using stack = new AsyncDisposableStack()
    const gateway = stack.use(await openGateway())
    const names = context.amqpUrl === null ? null : stack.use(await createRabbitNames(context.amqpUrl))
    const results = []
    for (const { scenario, baseline, atLeast, ...run } of runs) {
      const comparison = await compareWithSeed({ ...run, kind }, { gateway, names, context })
      results.push(ratioResult({ scenario: `${scenario}, ${context.nameOf(kind)}`, baseline, atLeast }, comparison))
    }
    return { results }
  },
})

export const seedSqlite = seedBenchmark('sqlite')
export const seedMysql = seedBenchmark('mysql')
