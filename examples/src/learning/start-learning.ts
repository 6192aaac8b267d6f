import { sqlModule } from '@coursepay/adapter-sql/container'
import { type LearningCentre, OrderType } from '@coursepay/core'
import { learningModule, Service, systemModule } from '@coursepay/core/container'
import { type BearerOptions, bearerAuthentication, createCheckoutApp, type Log } from '@coursepay/http-hono'
import { Container } from 'inversify'
import { openBroker } from '../process/broker.js'
import { openMigrated } from '../process/database.js'
import { listen } from '../process/listen.js'
import { soldHere } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'

export interface RunningLearning {
  readonly port: number
  stop(): Promise<void>
}

/** Choices, course table and the reader of payment results, with a database of their own. */
export async function startLearning(settings: Settings, tokens: BearerOptions, log: Log): Promise<RunningLearning> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const database = started.adopt(await openMigrated(settings.databaseUrl, settings.courses), (open) => open.close())
  const broker = started.use(await openBroker(settings.broker, log))
  const container = new Container()
  await container.load(systemModule, sqlModule(database), broker.module, learningModule)

  const learning = started.adopt(container.get<LearningCentre>(Service.learningCentre), (centre) => centre.stop())
  await learning.start()
  const app = createCheckoutApp({
    learning: learning.service,
    prices: soldHere(settings, OrderType.course, learning.prices),
    authenticate: bearerAuthentication(tokens),
    publicBaseUrl: settings.publicBaseUrl ?? `http://localhost:${listener.port}`,
    readiness: [{ name: 'store', check: () => database.ping() }, ...broker.readiness],
    writeLimit: settings.writes,
    log,
  })
  listener.serve(app.fetch)

  const running = started.move()
  return {
    port: listener.port,
    async stop() {
      await listener.close()
      await running.disposeAsync()
    },
  }
}
