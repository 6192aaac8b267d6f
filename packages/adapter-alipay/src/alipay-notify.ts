import { fen, type NotifyReader, type NotifyReading, type PaymentEvidence } from '@coursepay/core'
import { readAlipayAmount } from './alipay-amount.js'
import type { AlipayClient } from './alipay-client.js'
import { readBeijingTime } from './alipay-time.js'
import { explainSignature } from './explain-signature.js'
import { mapTradeStatus } from './map-trade-status.js'
import { type NotifyForm, readNotifyForm, signedBytes } from './notify-form.js'

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
      const form = readNotifyForm(body)
      if (typeof form === 'string') return rejected(form, {})
      const { fields } = form
      // The request must not choose how it is verified: RSA would be SHA-1, another word makes the SDK throw.
      if (fields.sign_type !== 'RSA2') return rejected('wrong_sign_type', fields)
      if (!isSigned(client, form)) return rejected('bad_signature', fields, explainSignature(client, form))
      const evidence = readEvidence(fields)
      return evidence === null ? rejected('not_a_payment_notify', fields) : { kind: 'genuine', evidence }
    },
  }
}

const rejected = (reason: NotifyRejection, fields: Fields, explanation: string | null = null): NotifyReading => ({
  kind: 'rejected',
  reason,
  explanation,
  claimedOutTradeNo: fields.out_trade_no?.slice(0, 64) ?? null,
})

/**
 * As trade notifications are signed (without `sign_type`), over the bytes, so that GBK holds too. The SDK verifies text, and tries it
 * with `sign_type` first, which is a second RSA for each notification: it is asked only about what is signed otherwise.
 */
function isSigned(client: AlipayClient, form: NotifyForm): boolean {
  const { fields, charset } = form
  if (client.verifyBytes(signedBytes(form, ['sign', 'sign_type']), fields.sign ?? '')) return true
  if (charset !== 'utf-8') return false
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
