import type { AlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { type Database, openDatabase } from '@coursepay/adapter-sql'
import type { Checkout, MessageSubscriber } from '@coursepay/core'
import { Port, Service } from '@coursepay/core/container'
import { type BearerOptions, describeError, type Log } from '@coursepay/http-hono'
import { CheckoutApp } from '@coursepay/http-hono/container'
import type { Hono } from 'hono'
import type { Settings } from '../settings/settings.js'
import { loadContainer } from './container.js'
import { openGateway } from './gateway.js'
import { listen } from './listen.js'

/** Both services behind one HTTP server. */
export interface Shop {
  readonly port: number
  readonly publicBaseUrl: string
  /** For one more reader of the messages, with a queue of its own. */
  readonly subscriber: MessageSubscriber
  /** Null when a real gateway is configured. */
  readonly sandbox: AlipaySandbox | null
  /** Answers what was asked, lets each worker end its round, gives back every lease. */
  stop(): Promise<void>
}

/** Starts everything that the settings ask for. What was started is stopped again when a later part fails. */
export async function startShop(settings: Settings, tokens: BearerOptions, log: Log): Promise<Shop> {
  await using started = new AsyncDisposableStack()
  const listener = started.adopt(await listen(settings.host, settings.port), (open) => open.close())
  const publicBaseUrl = settings.publicBaseUrl ?? `http://localhost:${listener.port}`
  const database = started.adopt(await openShopDatabase(settings), (open) => open.close())
  const gateway = await openGateway(settings.alipay)
  if (gateway.sandbox !== null) started.use(gateway.sandbox)

  const onWorkerError = (worker: string, error: unknown) =>
    log.error({ event: 'worker_failed', worker, ...describeError(error) })
  const parts = { settings, tokens, log, publicBaseUrl, database, gateway, onWorkerError }
  const container = await loadContainer(parts)
  const checkout = container.get<Checkout>(Service.checkout)
  started.adopt(checkout, (running) => running.stop())
  await checkout.start()
  listener.serve(container.get<Hono>(CheckoutApp).fetch)

  const running = started.move()
  return {
    port: listener.port,
    publicBaseUrl,
    subscriber: container.get<MessageSubscriber>(Port.messageSubscriber),
    sandbox: gateway.sandbox,
    async stop() {
      // First what came in is answered, then what answered it is stopped.
      await listener.close()
      await running.disposeAsync()
    },
  }
}

async function openShopDatabase({ databaseUrl, courses }: Settings): Promise<Database> {
  const database = await openDatabase({ url: databaseUrl })
  try {
    await database.migrate()
    await database.publishCourses(courses)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
