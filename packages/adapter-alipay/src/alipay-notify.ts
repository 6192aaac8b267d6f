import { fen, type NotifyReader, type NotifyReading, type PaymentEvidence } from '@coursepay/core'
import { readAlipayAmount } from './alipay-amount.js'
import type { AlipayClient } from './alipay-client.js'
import { readBeijingTime } from './alipay-time.js'
import { mapTradeStatus } from './map-trade-status.js'

type Fields = Readonly<Record<string, string>>

/** Why a body is not taken, in the order in which it is looked at. */
export type NotifyRejection =
  | 'malformed_body'
  | 'repeated_field'
  | 'wrong_sign_type'
  | 'bad_signature'
  | 'not_a_payment_notify'

/** Reads Alipay's asynchronous notifications (opendocs 270/105902). */
export function createAlipayNotifyReader(client: AlipayClient): NotifyReader {
  return {
    async read(body): Promise<NotifyReading> {
      const fields = readForm(body)
      if (typeof fields === 'string') return rejected(fields, {})
      // The request must not choose how it is verified: RSA would be SHA-1, another word makes the SDK throw.
      if (fields.sign_type !== 'RSA2') return rejected('wrong_sign_type', fields)
      if (!isSigned(client, fields)) return rejected('bad_signature', fields)
      const evidence = readEvidence(fields)
      return evidence === null ? rejected('not_a_payment_notify', fields) : { kind: 'genuine', evidence }
    },
  }
}

const rejected = (reason: NotifyRejection, fields: Fields): NotifyReading => ({
  kind: 'rejected',
  reason,
  claimedOutTradeNo: fields.out_trade_no?.slice(0, 64) ?? null,
})

/**
 * Exactly the body's fields, each once. Alipay's Content-Type is malformed, and body parsers of web frameworks answer it with
 * no fields at all, so the bytes are read here.
 */
function readForm(body: Uint8Array): Fields | NotifyRejection {
  const text = decode(body)
  if (text === null || text === '') return 'malformed_body'
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields) return 'repeated_field'
    fields[name] = value
  }
  return { ...fields }
}

function decode(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return null
  }
}

function isSigned(client: AlipayClient, fields: Fields): boolean {
  try {
    return client.verifyNotify(fields)
  } catch {
    return false
  }
}

function readEvidence(fields: Fields): PaymentEvidence | null {
  const { out_trade_no: outTradeNo, trade_no: tradeNo, app_id: appId } = fields
  const totalAmount = readAlipayAmount(fields.total_amount)
  if (outTradeNo === undefined || tradeNo === undefined || appId === undefined || totalAmount === null) return null
  return {
    source: 'notify',
    appId,
    // Alipay always names the seller; a notification without one is nobody's, and the gate refuses it.
    sellerId: fields.seller_id ?? '',
    outTradeNo,
    tradeNo,
    tradeStatus: mapTradeStatus(fields.trade_status),
    totalAmount,
    paidAt: readBeijingTime(fields.gmt_payment),
    // A refund's notification says TRADE_SUCCESS as well, when it is a partial one.
    refundedAmount: readAlipayAmount(fields.refund_fee) ?? fen(0),
  }
}
