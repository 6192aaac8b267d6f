import amqp from 'amqplib'
import { answerRequests } from './answer-requests.js'

// amqplib alone: from publishing one persistent message to holding it as a consumer, one at a time, a connection for
// each side.

const { AMQP_URL = '', AMQP_EXCHANGE = '', AMQP_QUEUE = '' } = process.env
const publisher = await (await amqp.connect(AMQP_URL, { noDelay: true })).createConfirmChannel()
const consumer = await (await amqp.connect(AMQP_URL, { noDelay: true })).createChannel()
let arrived = () => {}
await consumer.consume(AMQP_QUEUE, (message) => {
  if (message === null) return
  consumer.ack(message)
  arrived()
})

answerRequests(async ({ count }) => {
  const latencies: number[] = []
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now()
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    publisher.publish(AMQP_EXCHANGE, '', Buffer.from(`{"n":${n}}`), { persistent: true })
    await arrival
    latencies.push(performance.now() - startedAt)
  }
  return { latencies }
})
