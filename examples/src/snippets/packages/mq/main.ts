import { createInProcessBroker } from '@coursepay/adapter-mq'
import { systemScheduler } from '@coursepay/core/assembly'
import { sampleMessage } from '@coursepay/core/contracts'

const broker = createInProcessBroker(systemScheduler) // several processes: await openRabbitBroker({ url: 'amqp://…' })

const learning = await broker.subscribe('paynotify_queue', async ({ messageType }) =>
  console.log('learning:', messageType),
)
const reports = await broker.subscribe('reports_queue', async ({ messageType }) => console.log('reports:', messageType))

const outcome = await broker.publish(sampleMessage()) // each queue has its own copy
console.log(outcome.kind)
await Promise.all([learning.stop(), reports.stop()])
