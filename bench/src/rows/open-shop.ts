import { type DatabaseKind, ownDatabase } from '../databases/own-database.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext } from '../harness/benchmark.js'
import { openCallers } from '../harness/http-caller.js'
import { openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { exampleProgram } from '../servers/programs.js'
import { CALLERS } from './checkout.js'

/** Our server on a database of its own, and its callers. They end with the stack. */
export async function openShop(stack: AsyncDisposableStack, kind: DatabaseKind, context: BenchContext) {
  const gateway = stack.use(await openGateway())
  const database = stack.use(await ownDatabase(kind, context.mysqlUrl))
  const environment = gateway.environment(database)
  const server = stack.use(await startHttpServer(exampleProgram('apps/server/main.js'), { environment }))
  const callers = await openCallers(server.port, CALLERS)
  stack.defer(() => {
    for (const caller of callers) caller.close()
  })
  return { gateway, database, server, callers, purchases: purchasesIn(database) }
}
