/** Names on the broker; each is a setting, and these are the seed's. */
export const PAYNOTIFY_EXCHANGE = 'paynotify_exchange_fanout'
/** The learning centre's own queue. Every further service has its own on the same exchange. */
export const LEARNING_CENTRE_QUEUE = 'paynotify_queue'

/** Seed: max-attempts 3, initial-interval 1000ms, multiplier 1. */
export const MAX_ATTEMPTS = 3
export const RETRY_DELAY_MS = 1_000

/** Where a message of `queue` waits for its next try. */
export const retryQueueOf = (queue: string): string => `${queue}.retry`
/**
 * Where a message of `queue` goes whose consumer died while it held it: it is handled alone, so that a further death
 * counts against it.
 */
export const isolationQueueOf = (queue: string): string => `${queue}.alone`
/** Where a message of `queue` lies once its consumer gave it up. */
export const deadLetterQueueOf = (queue: string): string => `${queue}.dlq`
