import { openRabbitBroker } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { relayOutbox } from '@coursepay/core/assembly'
import { answerRequests } from './answer-requests.js'

// The relay alone: empties the outbox and says how long that took.

const { DATABASE_URL = '', AMQP_URL = '', AMQP_EXCHANGE = '' } = process.env
const store = await sqlStore({ url: DATABASE_URL }).open()
const broker = await openRabbitBroker({ url: AMQP_URL, exchange: AMQP_EXCHANGE })
const round = relayOutbox(store.orderStore.outbox, broker.publisher)

answerRequests(async () => {
  let delivered = 0
  const startedAt = performance.now()
  for (let more = true; more; ) {
    const report = await round()
    delivered += report.acknowledged
    more = report.more
  }
  return { figure: delivered / ((performance.now() - startedAt) / 1_000), delivered }
})
