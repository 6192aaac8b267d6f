import { type DatabaseKind, type OwnDatabase, ownDatabase } from '../databases/own-database.js'
import { purchasesIn } from '../databases/purchases.js'
import { goodsRow, MESSAGES, messageRow, orderRow, payNo, payRow } from '../databases/rows.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { type Comparison, compare, type Side } from '../harness/compare.js'
import { openCallers } from '../harness/http-caller.js'
import { closedLoop } from '../harness/load.js'
import { type BenchGateway, openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, CALLERS, requestOf, type Stage } from './checkout.js'
import { ratioOutcome } from './outcomes.js'

const SMALL = 1_000
const AT_ONCE = 5_000
/** Numbers that no purchase of a slice has. */
const OLD = 100_000_000
const SECOND_ATTEMPT = 1_000_000_000_000n

/** Paid orders of the past with two attempts each, and one message in five that still waits. */
async function fill(database: OwnDatabase, orders: number, context: BenchContext): Promise<void> {
  for (let at = 0; at < orders; at += AT_ONCE) {
    context.progress.step(`filling ${database.kind}: ${at} of ${orders} orders`)
    const numbers = Array.from({ length: Math.min(AT_ONCE, orders - at) }, (_, place) => OLD + at + place)
    await database.insert(
      'xc_orders',
      numbers.map((n) => orderRow(n, '600002')),
    )
    await database.insert('xc_orders_goods', numbers.map(goodsRow))
    await database.insert(
      'xc_pay_record',
      numbers.map((n) => payRow(n, payNo(n), '601002')),
    )
    await database.insert(
      'xc_pay_record',
      numbers.map((n) => payRow(n, payNo(n) + SECOND_ATTEMPT, '601004')),
    )
    const waiting = numbers.filter((n) => n % 5 === 0)
    await database.insert(
      'mq_message',
      waiting.map((n) => messageRow(n, MESSAGES + BigInt(n))),
    )
  }
}

async function onTables(kind: DatabaseKind, stage: Stage, context: BenchContext): Promise<Comparison> {
  await using stack = new AsyncDisposableStack()
  const gateway: BenchGateway = stack.use(await openGateway())
  const operations = context.operations(1_000)
  const side = async (name: string, orders: number): Promise<Side> => {
    const database = stack.use(await ownDatabase(kind, context.mysqlUrl))
    await fill(database, orders, context)
    const environment = gateway.environment(database)
    const server = stack.use(await startHttpServer(benchProgram('servers/order-server.js'), { environment }))
    const callers = await openCallers(server.port, CALLERS)
    stack.defer(() => {
      for (const caller of callers) caller.close()
    })
    const purchases = purchasesIn(database)
    return {
      name,
      async run() {
        const numbers = stage === 'create' ? await purchases.chosen(operations) : await purchases.ordered(operations)
        return closedLoop(callers, numbers.map(requestOf(gateway, stage)), accepts[stage])
      },
    }
  }
  const large = await side(`${stage}, large`, context.largeOrders)
  return await compare(large, await side('small', SMALL), context.rounds, context.progress)
}

const largeOn = (kind: DatabaseKind): Benchmark => ({
  name: `large-${kind}`,
  async run(context) {
    const count = (value: number) => value.toLocaleString('en')
    const { largeOrders } = context
    const tables = `${count(largeOrders)} orders, ${count(2 * largeOrders)} pay records, ${count(largeOrders / 5)} outbox rows`
    const outcomes = []
    for (const stage of ['create', 'notify'] as const) {
      const what = `${stage} with ${tables}, ${kind === 'sqlite' ? 'SQLite' : 'MariaDB'}`
      const comparison = await onTables(kind, stage, context)
      outcomes.push(ratioOutcome({ what, beside: `the same with ${count(SMALL)} orders`, atLeast: 0.8 }, comparison))
    }
    return { outcomes }
  },
})

export const largeSqlite = largeOn('sqlite')
export const largeMysql = largeOn('mysql')
