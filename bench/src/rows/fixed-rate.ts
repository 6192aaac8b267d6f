import { ownDatabase } from '../databases/own-database.js'
import { purchasesIn } from '../databases/purchases.js'
import type { BenchContext, Benchmark, Outcome } from '../harness/benchmark.js'
import { openCallers } from '../harness/http-caller.js'
import { openLoad } from '../harness/load.js'
import { quantile, spreadOf } from '../harness/statistics.js'
import { openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, requestOf, type Stage } from './checkout.js'
import { latencyNote, perSecond } from './outcomes.js'

const CONNECTIONS = 128
const ARRIVALS_PER_SECOND = 1_000
const MAX_P999_MS = 20

/** The slowest of a thousand requests that come at a fixed rate, whatever becomes of those before. */
async function atFixedRate(stage: Stage, context: BenchContext): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const gateway = stack.use(await openGateway())
  const database = stack.use(await ownDatabase('sqlite', null))
  const environment = gateway.environment(database)
  const server = stack.use(await startHttpServer(benchProgram('servers/order-server.js'), { environment }))
  const callers = await openCallers(server.port, CONNECTIONS)
  stack.defer(() => {
    for (const caller of callers) caller.close()
  })
  const purchases = purchasesIn(database)
  const [p999, answered, latencies]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round <= context.rounds; round += 1) {
    context.progress.step(`${stage} on sqlite, ${ARRIVALS_PER_SECOND} arrivals a second: round ${round}`)
    const count = context.operations(4_000)
    const numbers = stage === 'create' ? await purchases.chosen(count) : await purchases.ordered(count)
    const load = await openLoad(callers, numbers.map(requestOf(gateway, stage)), ARRIVALS_PER_SECOND, accepts[stage])
    if (round === 0) continue
    p999.push(quantile(load.latencies, 0.999) / 1_000)
    answered.push(load.answered)
    latencies.push(...load.latencies)
  }
  const value = spreadOf(p999)
  const name = stage === 'create' ? '`generatepaycode`' : 'notify'
  return {
    what: `${name} over HTTP, SQLite, ${perSecond(ARRIVALS_PER_SECOND)} arrivals, order service alone: p99.9`,
    beside: 'nothing',
    aim: `≤ ${MAX_P999_MS / 1_000} s`,
    value,
    unit: 's',
    met: value.median <= MAX_P999_MS / 1_000,
    notes: [`${perSecond(spreadOf(answered).median)} answered`, latencyNote(latencies)],
  }
}

export const fixedRate: Benchmark = {
  name: 'fixed-rate-sqlite',
  run: async (context) => ({ outcomes: [await atFixedRate('create', context), await atFixedRate('notify', context)] }),
}
