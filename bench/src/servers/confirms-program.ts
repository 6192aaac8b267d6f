import amqp from 'amqplib'
import { answerRequests } from './answer-requests.js'

// amqplib alone: publishes persistent messages with confirms, so many at once as the relay has on the way.

const { AMQP_URL = '', AMQP_EXCHANGE = '' } = process.env
const WINDOW = 100
const connection = await amqp.connect(AMQP_URL, { noDelay: true })
const channel = await connection.createConfirmChannel()
const body = (n: number) =>
  Buffer.from(
    `{"id":"${4_000_000_000_000 + n}","messageType":"payresult_notify","businessKey1":"${1_000_000_000_000 + n}","businessKey2":"60201","businessKey3":null}`,
  )
const options = { persistent: true, mandatory: true, contentType: 'application/json', type: 'payresult_notify' }

answerRequests(async ({ count }) => {
  const startedAt = performance.now()
  let sent = 0
  const publish = () =>
    new Promise<void>((resolve, reject) => {
      channel.publish(AMQP_EXCHANGE, '', body(sent++), options, (error) => (error ? reject(error) : resolve()))
    })
  const lane = async () => {
    while (sent < count) await publish()
  }
  await Promise.all(Array.from({ length: WINDOW }, lane))
  return { figure: sent / ((performance.now() - startedAt) / 1_000), delivered: sent }
})
