import {
  checkRabbitOptions,
  LEARNING_CENTRE_QUEUE,
  PAYNOTIFY_EXCHANGE,
  type RabbitOptions,
} from '@coursepay/adapter-mq'
import type { ReadSetting } from './environment.js'
import type { BrokerSettings } from './settings.js'

const MAX_NAME_BYTES = 255
/** The longest of what stands behind a queue's name in the names of its companions. */
const RETRY_SUFFIX = '.retry'

/** Null: no broker. Its settings are checked all the same. */
export function readBroker(read: ReadSetting, defaultQueue = LEARNING_CENTRE_QUEUE): BrokerSettings | null {
  const url = read('AMQP_URL', (text) => checkOption(text, (url) => ({ url })))
  const exchange = read('AMQP_EXCHANGE', (text = PAYNOTIFY_EXCHANGE) => readName(text, ''))
  const queue = read('AMQP_QUEUE', (text = defaultQueue) => readName(text, RETRY_SUFFIX))
  const queueType = read('AMQP_QUEUE_TYPE', (text = 'quorum') => {
    if (text === 'quorum' || text === 'plain') return text
    throw new Error('must be quorum or plain')
  })
  const messages = readMessageSettings(read)
  if (url === undefined || exchange === undefined || queue === undefined || queueType === undefined) return null
  return { url, exchange, queue, queueType, ...messages }
}

/** Proof on messages, and the queues that must get each one. */
function readMessageSettings(read: ReadSetting) {
  const signingKey = read('MESSAGE_SIGNING_KEY', (text) => checkOption(text, (signingKey) => ({ signingKey })))
  const verifyKey = read('MESSAGE_VERIFY_KEY', (text) => checkOption(text, (verifyKey) => ({ verifyKey })))
  const proof = read('MESSAGE_PROOF', (text): BrokerSettings['proof'] | undefined => {
    if (text === undefined || text === 'optional' || text === 'required') return text
    throw new Error('must be optional or required')
  })
  read('MESSAGE_VERIFY_KEY', (text) => {
    if (proof === 'required' && text === undefined)
      throw new Error('is missing, and MESSAGE_PROOF is required: set the public key')
  })
  const requiredQueues = read('REQUIRED_QUEUES', (text = '') => readQueues(text)) ?? []
  return { ...(signingKey && { signingKey }), ...(verifyKey && { verifyKey }), ...(proof && { proof }), requiredQueues }
}

const readQueues = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => readName(name, RETRY_SUFFIX))

/** Lets the adapter read one option, so that a mistake in it names its variable. */
function checkOption(text: string | undefined, option: (text: string) => Partial<RabbitOptions>): string | undefined {
  if (text !== undefined) checkRabbitOptions({ url: 'amqp://localhost', ...option(text) })
  return text
}

function readName(text: string, suffix: string): string {
  const max = MAX_NAME_BYTES - suffix.length
  if (Buffer.byteLength(text) > max) throw new Error(`is longer than ${max} bytes: choose a shorter name`)
  if (text.startsWith('amq.')) throw new Error('begins with amq., which RabbitMQ reserves: choose another name')
  return text
}
