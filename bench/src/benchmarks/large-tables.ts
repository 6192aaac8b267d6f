import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { fillHistory } from '../databases/history.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import { openCallers } from '../harness/http-caller.js'
import { closedLoop } from '../harness/load.js'
import { type BenchGateway, openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, CALLERS, freshRequests, type Stage } from './open-shop.js'
import { ratioResult } from './results.js'

const SMALL_ORDERS = 1_000

type VariantsByStage = Readonly<Record<Stage, Variant>>

/** A server on a database with so many orders of the past, and both requests to it. */
async function openVariants(
  kind: DatabaseKind,
  orders: number,
  gateway: BenchGateway,
  context: BenchContext,
  stack: AsyncDisposableStack,
): Promise<VariantsByStage> {
  const database = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
  await fillHistory(database, orders, context.progress)
  const environment = gateway.environment(database)
  const server = stack.use(await startHttpServer(benchProgram('servers/order-server.js'), { environment }))
  const callers = await openCallers(stack, server.port, CALLERS)
  const purchases = purchasesIn(database)
  const operations = context.operations(1_000)
  const variantOf = (stage: Stage): Variant => ({
    name: `${stage} on ${kind} with ${orders} orders`,
    run: async () => closedLoop(callers, await freshRequests[stage](purchases, gateway, operations), accepts[stage]),
  })
  return { create: variantOf('create'), notify: variantOf('notify') }
}

const largeBenchmark = (kind: DatabaseKind): Benchmark => ({
  name: `large-${kind}`,
  async run(context) {
    await using stack = new AsyncDisposableStack()
    const gateway = stack.use(await openGateway())
    const count = (value: number) => value.toLocaleString('en')
    const { largeOrders, rounds, progress } = context
    const large = await openVariants(kind, largeOrders, gateway, context, stack)
    const small = await openVariants(kind, SMALL_ORDERS, gateway, context, stack)
    const tables = `${count(largeOrders)} orders, ${count(2 * largeOrders)} pay records, ${count(largeOrders / 5)} outbox rows`
    const results = []
    for (const stage of ['create', 'notify'] as const) {
      const scenario = `${stage} with ${tables}, ${context.nameOf(kind)}`
      const comparison = await compare(large[stage], small[stage], rounds, progress)
      results.push(
        ratioResult({ scenario, baseline: `the same with ${count(SMALL_ORDERS)} orders`, atLeast: 0.8 }, comparison),
      )
    }
    return { results }
  },
})

export const largeSqlite = largeBenchmark('sqlite')
export const largeMysql = largeBenchmark('mysql')
