/** What a notification tells. A partial refund is sent as `TRADE_SUCCESS`, a full one as `TRADE_CLOSED`. */
export type NotifyEvent = 'paid' | 'closed' | 'refunded' | 'finished'

/** What Alipay tells by default. Sources disagree on `finished` for wap.pay; a merchant has to be ready for it. */
const TOLD: Readonly<Record<string, ReadonlySet<NotifyEvent>>> = {
  'alipay.trade.wap.pay': new Set(['paid', 'closed', 'refunded', 'finished']),
  'alipay.trade.page.pay': new Set(['paid', 'refunded']),
}

export const isTold = (payMethod: string, event: NotifyEvent): boolean => TOLD[payMethod]?.has(event) ?? false
