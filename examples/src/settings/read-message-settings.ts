import type { RabbitOptions } from '@coursepay/adapter-mq'
import type { Environment, Read } from './read-settings.js'

export type MessageSettings = Pick<RabbitOptions, 'signingKey' | 'verifyKey' | 'proof' | 'requiredQueues'>

/** Proof on messages, and the queues that must get each one. adapter-mq checks the keys. */
export function readMessageSettings(environment: Environment, read: Read): MessageSettings {
  const { MESSAGE_SIGNING_KEY: signingKey, MESSAGE_VERIFY_KEY: verifyKey } = environment
  const proof = read('MESSAGE_PROOF', (text) => {
    if (text === undefined || text === 'optional' || text === 'required') return text
    throw new Error('is optional or required')
  })
  const requiredQueues = (environment.REQUIRED_QUEUES ?? '').split(',').map((name) => name.trim())
  return {
    ...(signingKey && { signingKey }),
    ...(verifyKey && { verifyKey }),
    ...(proof && { proof }),
    requiredQueues: requiredQueues.filter((name) => name !== ''),
  }
}
