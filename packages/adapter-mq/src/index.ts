export { createInProcessBroker, type InProcessBroker, inProcess } from './in-process-broker.js'
export { openRabbitBroker, openRabbitInspector, rabbitmq } from './load-rabbit.js'
export type { ProofRequirement } from './message-proof.js'
export type { BackoffSettings } from './rabbit/backoff.js'
export type { BrokerEvent, ConnectionRole, OnBrokerEvent } from './rabbit/broker-event.js'
export type { FitsOrMissing, RabbitInspector } from './rabbit/inspect-rabbit.js'
export type { WindowSettings } from './rabbit/publish-window.js'
export type {
  DeadLetter,
  DeadLetterBatchRequest,
  DeadLetters,
  RabbitBroker,
  RabbitPublisher,
  RabbitSubscriber,
} from './rabbit/rabbit-broker.js'
export { checkRabbitOptions, type RabbitOptions, type RabbitQueueType } from './rabbit/rabbit-settings.js'
export {
  deadLetterQueueOf,
  isolationQueueOf,
  LEARNING_CENTRE_QUEUE,
  PAYNOTIFY_EXCHANGE,
  retryQueueOf,
} from './topology.js'
