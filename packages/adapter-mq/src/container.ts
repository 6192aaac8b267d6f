import type { Scheduler } from '@coursepay/core'
import { Port } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import { createInProcessBroker, type InProcessBroker } from './in-process-broker.js'
import type { RabbitBroker } from './rabbit/rabbit-broker.js'
import { PAYNOTIFY_QUEUE } from './topology.js'

const broker = Symbol.for('coursepay.InProcessBroker')

/** Binds publisher and subscriber to one broker inside this process. */
export const inProcessModule = new ContainerModule(({ bind }) => {
  bind<InProcessBroker>(broker)
    .toResolvedValue((scheduler: Scheduler) => createInProcessBroker(scheduler), [Port.scheduler])
    .inSingletonScope()
  bind(Port.messagePublisher).toService(broker)
  bind(Port.messageSubscriber).toService(broker)
  bind(Port.learningQueue).toConstantValue(PAYNOTIFY_QUEUE)
})

/** Binds publisher and subscriber to RabbitMQ. `queue` is what the learning centre reads; the seed's by default. */
export const rabbitModule = (broker: RabbitBroker, queue = PAYNOTIFY_QUEUE): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Port.messagePublisher).toConstantValue(broker.publisher)
    bind(Port.messageSubscriber).toConstantValue(broker.subscriber)
    bind(Port.learningQueue).toConstantValue(queue)
  })
