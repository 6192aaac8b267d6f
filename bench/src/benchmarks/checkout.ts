import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { handWrittenSql } from '../databases/hand-written-sql.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { type Comparison, compare, type Measurement, type Variant } from '../harness/compare.js'
import { closedLoop } from '../harness/load.js'
import { benchProgram, exampleProgram } from '../servers/programs.js'
import { accepts, CALLERS, freshRequests, openShop, type Stage } from './open-shop.js'
import { ratioResult } from './results.js'

interface CheckoutRun {
  readonly kind: DatabaseKind
  readonly stage: Stage
  /** The real server with relay and learning centre at work, or the order service alone. */
  readonly server: 'whole' | 'orders alone'
  readonly operations: number
}

const aims: Readonly<Record<Stage, Readonly<Record<'sqlite' | 'mariadb' | 'mysql', number>>>> = {
  create: { sqlite: 1.1, mariadb: 1, mysql: 1.5 },
  notify: { sqlite: 1, mariadb: 1, mysql: 1.5 },
}

/** MySQL commits later than MariaDB, so that sharing a commit is worth more there. */
function aimOf(stage: Stage, kind: DatabaseKind, context: BenchContext): number {
  const { sqlite, mariadb, mysql } = aims[stage]
  if (kind === 'sqlite') return sqlite
  return context.nameOf(kind).startsWith('MariaDB') ? mariadb : mysql
}

/** One of the two requests over HTTP by 32 callers, beside its transaction by hand, each on a database of its own. */
async function compareWithByHand(run: CheckoutRun, context: BenchContext): Promise<Comparison> {
  const { kind, stage, operations } = run
  await using stack = new AsyncDisposableStack()
  const program =
    run.server === 'whole' ? exampleProgram('apps/server/main.js') : benchProgram('servers/order-server.js')
  const { gateway, callers, purchases } = await openShop(stack, kind, context, { program })
  const other = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
  const ours: Variant = {
    name: `${stage} on ${kind}, ${run.server}`,
    run: async () => closedLoop(callers, await freshRequests[stage](purchases, gateway, operations), accepts[stage]),
  }
  const hand = stack.use(handWrittenSql(other, CALLERS))
  const others = purchasesIn(other)
  const baseline: Variant = {
    name: 'by hand',
    async run() {
      const numbers = stage === 'create' ? others.unused(operations) : await others.ordered(operations)
      return inParallel(numbers, kind === 'sqlite' ? 1 : CALLERS, stage === 'create' ? hand.create : hand.book)
    },
  }
  return await compare(ours, baseline, context.rounds, context.progress)
}

/** Work by hand, so many at once. */
export async function inParallel(
  numbers: readonly number[],
  width: number,
  work: (n: number) => Promise<void>,
): Promise<Measurement> {
  let at = 0
  const startedAt = performance.now()
  const worker = async () => {
    for (let n = numbers[at++]; n !== undefined; n = numbers[at++]) await work(n)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return { figure: numbers.length / ((performance.now() - startedAt) / 1_000) }
}

interface CreateBenchmark {
  readonly usual: number
  readonly baseline: string
}

const createBenchmark = (kind: DatabaseKind, { usual, baseline }: CreateBenchmark): Benchmark => ({
  name: `create-${kind}`,
  async run(context) {
    const run = { kind, stage: 'create', server: 'whole', operations: context.operations(usual) } as const
    const database = kind === 'sqlite' ? 'SQLite `synchronous=FULL`' : context.nameOf(kind)
    const scenario = `\`generatepaycode\` over HTTP with QR, ${database}, 32 callers`
    const atLeast = aimOf('create', kind, context)
    return { results: [ratioResult({ scenario, baseline, atLeast }, await compareWithByHand(run, context))] }
  },
})

export const createSqlite = createBenchmark('sqlite', {
  usual: 2_000,
  baseline: 'the durable order transaction by hand on better-sqlite3, no HTTP',
})
export const createMysql = createBenchmark('mysql', {
  usual: 1_500,
  baseline: 'the same transaction by hand on mysql2, 32 connections, no HTTP',
})

const notifyBenchmark = (kind: DatabaseKind): Benchmark => ({
  name: `notify-${kind}`,
  async run(context) {
    const run = (server: CheckoutRun['server']) =>
      compareWithByHand({ kind, stage: 'notify', server, operations: context.operations(1_200) }, context)
    const scenario = `notify over HTTP, verified and booked, ${context.nameOf(kind)}, 32 callers`
    const atLeast = aimOf('notify', kind, context)
    const baseline = 'the transaction that books it by hand, no HTTP, no RSA'
    return {
      results: [
        ratioResult({ scenario, baseline, atLeast }, await run('orders alone'), ['order service alone, no workers']),
        ratioResult(
          { scenario: `${scenario}; relay and learning centre at work in the same process`, baseline, atLeast },
          await run('whole'),
        ),
      ],
    }
  },
})

export const notifySqlite = notifyBenchmark('sqlite')
export const notifyMysql = notifyBenchmark('mysql')
