import { type DatabaseKind, openBenchDatabase } from '../databases/bench-database.js'
import { type Purchases, purchasesIn } from '../databases/purchases.js'
import type { BenchContext } from '../harness/benchmark.js'
import { openCallers } from '../harness/http-caller.js'
import type { Accepts } from '../harness/load.js'
import { type BenchGateway, openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { exampleProgram } from '../servers/programs.js'

export const CALLERS = 32

/** The two requests of a purchase that are measured most. */
export type Stage = 'create' | 'notify'

/** What a right answer to either request is. */
export const accepts: Readonly<Record<Stage, Accepts>> = {
  create: ({ status, body }) => status === 200 && body.includes('"qrcode":"data:image/'),
  notify: ({ status, body }) => status === 200 && body === 'success',
}

export type Requests = (purchases: Purchases, gateway: BenchGateway, count: number) => Promise<Buffer[]>

/** Each request is of a purchase of its own. */
export const freshRequests: Readonly<Record<Stage, Requests>> = {
  create: async (purchases, gateway, count) => (await purchases.chosen(count)).map(gateway.order),
  notify: async (purchases, gateway, count) => (await purchases.ordered(count)).map(gateway.notification),
}

interface ShopOptions {
  /** Default: the real server, with relay and learning centre at work. */
  readonly program?: string
  /** Options of its Node. */
  readonly node?: readonly string[]
  readonly connections?: number
}

/** Our server on a database of its own, and its callers. They end with the stack. */
export async function openShop(
  stack: AsyncDisposableStack,
  kind: DatabaseKind,
  context: BenchContext,
  { program = exampleProgram('apps/server/main.js'), node = [], connections = CALLERS }: ShopOptions = {},
) {
  const gateway = stack.use(await openGateway())
  const database = stack.use(await openBenchDatabase(kind, context.mysqlUrl))
  const server = stack.use(await startHttpServer(program, { environment: gateway.environment(database), node }))
  const callers = await openCallers(stack, server.port, connections)
  return { gateway, database, server, callers, purchases: purchasesIn(database) }
}
