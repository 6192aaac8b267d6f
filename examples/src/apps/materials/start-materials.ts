import { randomUUID } from 'node:crypto'
import { OrderType } from '@coursepay/core'
import { createWorker, systemClock, systemScheduler } from '@coursepay/core/assembly'
import { type BearerOptions, bearerAuthentication, describeErrorWithoutMessage, type Log } from '@coursepay/http-hono'
import { listen } from '../process/listen.js'
import { openBroker } from '../process/open-services.js'
import { paidOrdersOf, sharedPricesOf } from '../process/price-sources.js'
import type { Settings } from '../settings/settings.js'
import { createMaterialApp } from './material-app.js'
import { createMaterialShop, pollWaitingPurchases } from './material-shop.js'
import { openPurchaseTable } from './purchase-table.js'

/** Its own queue on the same exchange, unless a setting names another: it gets its own copy of every message. */
export const MATERIALS_QUEUE = 'paynotify_queue_materials'

const ASK_INTERVAL_MS = 30_000

export interface RunningMaterials {
  readonly port: number
  stop(): Promise<void>
}

/** The materials shop: its own database, the same exchange, prices told to the order service. */
export async function startMaterials(settings: Settings, tokens: BearerOptions, log: Log): Promise<RunningMaterials> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const table = started.adopt(await openPurchaseTable(settings.databaseUrl), (open) => open.close())
  const messages = started.adopt(await openBroker(settings.broker, log), (open) => open.close())

  const shop = createMaterialShop(table, randomUUID, systemClock)
  started.adopt(
    await messages.subscriber.subscribe(settings.broker?.queue ?? MATERIALS_QUEUE, shop.receivePayResult),
    (reader) => reader.stop(),
  )
  const paidMessageResender = paidOrdersOf(settings, OrderType.material)
  if (paidMessageResender !== undefined) {
    const onError = (error: unknown) =>
      log.error({ event: 'worker_failed', worker: 'resend', ...describeErrorWithoutMessage(error) })
    const job = {
      runOnce: pollWaitingPurchases(table, paidMessageResender, systemClock),
      intervalMs: ASK_INTERVAL_MS,
      onError,
    }
    const worker = started.adopt(createWorker(job, systemScheduler), (open) => open.stop())
    worker.start()
  }
  listener.serve(
    createMaterialApp(shop, {
      authenticate: bearerAuthentication(tokens),
      prices: sharedPricesOf(settings, OrderType.material, shop.prices),
    }).fetch,
  )

  const running = started.move()
  return {
    port: listener.port,
    async stop() {
      await listener.close()
      await running.disposeAsync()
    },
  }
}
