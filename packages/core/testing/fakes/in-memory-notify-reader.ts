import type { PaymentEvidence, TradeStatus } from '../../src/orders/domain/payment-evidence.js'
import type { NotifyReader, NotifyReading } from '../../src/orders/ports/notify-reader.js'
import { fen } from '../../src/shared/money.js'
import { parseNotify } from './fake-notify-format.js'

const tradeStatuses: readonly TradeStatus[] = ['waiting', 'paid', 'finished', 'closed']

/** Reads the fake gateway's notifications. */
export const inMemoryNotifyReader: NotifyReader = {
  async read(body) {
    const notify = parseNotify(body)
    if (notify === null) return rejected('not a notification', {})
    if (!notify.genuine) return rejected('bad_signature', notify.fields)
    return { kind: 'genuine', evidence: readEvidence(notify.fields) }
  },
}

const rejected = (reason: string, claims: Record<string, unknown>): NotifyReading => ({
  kind: 'rejected',
  reason,
  claimedOutTradeNo: stringOrNull(claims.outTradeNo),
  claimedAppId: stringOrNull(claims.appId),
})

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function readEvidence(fields: Record<string, unknown>): PaymentEvidence {
  return {
    source: 'notify',
    appId: String(fields.appId),
    sellerId: String(fields.sellerId),
    outTradeNo: String(fields.outTradeNo),
    tradeNo: String(fields.tradeNo),
    tradeStatus: tradeStatuses.find((status) => status === fields.tradeStatus) ?? 'unknown',
    totalAmount: fen(Number(fields.totalAmount)),
    paidAt: typeof fields.paidAt === 'number' ? fields.paidAt : null,
    refundedAmount: fen(Number(fields.refundedAmount)),
    refundRequestNo: stringOrNull(fields.refundRequestNo),
  }
}
