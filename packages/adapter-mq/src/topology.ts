/** Names on the broker; each is a setting, and these are the seed's. */
export const PAYNOTIFY_EXCHANGE = 'paynotify_exchange_fanout'
/** The learning centre's own queue. Every further service has its own on the same exchange. */
export const PAYNOTIFY_QUEUE = 'paynotify_queue'
