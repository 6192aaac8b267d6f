export { createInProcessBroker, type InProcessBroker } from './in-process-broker.js'
export { PAYNOTIFY_EXCHANGE, PAYNOTIFY_QUEUE } from './topology.js'
