import type { MessagesAdapter } from '@coursepay/core'
import { systemScheduler } from '@coursepay/core/assembly'
import { createInProcessBroker } from './in-process-broker.js'
import { openRabbitBroker } from './load-rabbit.js'
import type { RabbitOptions } from './rabbit/rabbit-settings.js'

/** Messages stay in this process; until a consumer is done, they stand in the outbox. */
export const inProcess = (): MessagesAdapter => ({
  async open() {
    const broker = createInProcessBroker(systemScheduler)
    return { publisher: broker, subscriber: broker, ping: async () => {}, close: async () => {} }
  },
})

/** Messages go to RabbitMQ, and to every queue that is bound there. */
export const rabbitmq = (options: RabbitOptions): MessagesAdapter => ({
  async open() {
    const broker = await openRabbitBroker(options)
    return { ...broker, ping: () => broker.ping(), close: () => broker.close() }
  },
})
