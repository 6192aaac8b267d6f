/** What a notification tells. A partial refund is sent as `TRADE_SUCCESS`, a full one as `TRADE_CLOSED`. */
export type NotifyEvent = 'paid' | 'closed' | 'refunded' | 'finished'
