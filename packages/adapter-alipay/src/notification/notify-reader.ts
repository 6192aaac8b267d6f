import { type Fen, fen } from '@coursepay/core'
import type { NotifyReader, NotifyReading, PaymentEvidence } from '@coursepay/core/ports'
import type { AlipayClient } from '../client/alipay-client.js'
import { beijingTimeToEpochMs, readAlipayAmount, tradeStatusOrUnknown } from '../formats.js'
import { explainFormat, tryExplainBadSignature } from './explain-rejection.js'
import { type NotifyForm, readNotifyFormOrRejection, signedBytesOf } from './notify-form.js'

type NotifyFields = Readonly<Record<string, string>>

/** Why a body is not taken, in the order in which it is looked at. */
export type NotifyRejectionReason =
  | 'malformed_body'
  | 'repeated_field'
  | 'wrong_sign_type'
  | 'bad_signature'
  | 'ambiguous_fields'
  | 'not_a_payment_notify'

const EXPLANATION_INTERVAL_MS = 1_000

/** Reads Alipay's asynchronous notifications (opendocs 270/105902). */
export function createAlipayNotifyReader(client: AlipayClient, monotonicMs = () => performance.now()): NotifyReader {
  let nextExplanationAt = Number.NEGATIVE_INFINITY
  /** Anybody may send forgeries, and explaining one takes up to 60 verifications: at most one a second is explained. */
  const explain = (form: NotifyForm, body: Uint8Array): string | null => {
    if (monotonicMs() < nextExplanationAt) return null
    nextExplanationAt = monotonicMs() + EXPLANATION_INTERVAL_MS
    return tryExplainBadSignature(client, form, body)
  }
  return {
    async read(body): Promise<NotifyReading> {
      const form = readNotifyFormOrRejection(body)
      if (typeof form === 'string') return rejectedReading(form, {}, explainFormat(body))
      const { fields } = form
      // The request must not choose how it is verified: RSA would be SHA-1, any other word is not Alipay's.
      if (fields.sign_type !== 'RSA2') return rejectedReading('wrong_sign_type', fields, explain(form, body))
      if (!isSignedByAlipay(client, form)) return rejectedReading('bad_signature', fields, explain(form, body))
      if (hasAmbiguousFields(fields))
        return rejectedReading('ambiguous_fields', fields, FIELD_NAME_IN_VALUE_EXPLANATION)
      const evidence = tryReadEvidence(fields)
      return evidence === null ? rejectedReading('not_a_payment_notify', fields) : { kind: 'genuine', evidence }
    },
  }
}

const rejectedReading = (
  reason: NotifyRejectionReason,
  fields: NotifyFields,
  explanation: string | null = null,
): NotifyReading => ({
  kind: 'rejected',
  reason,
  explanation,
  claimedOutTradeNo: fields.out_trade_no?.slice(0, 64) ?? null,
  claimedAppId: fields.app_id?.slice(0, 32) ?? null,
})

/**
 * Trade notifications are signed without `sign_type`; other messages of Alipay's with it. Over bytes, so that GBK holds
 * too.
 */
function isSignedByAlipay(client: AlipayClient, form: NotifyForm): boolean {
  const sign = form.fields.sign ?? ''
  return (
    client.verifySignature(signedBytesOf(form, ['sign', 'sign_type']), sign) ||
    client.verifySignature(signedBytesOf(form, ['sign']), sign)
  )
}

/** The fields that decide something. */
const DECIDING_FIELDS = [
  'app_id',
  'gmt_payment',
  'out_trade_no',
  'refund_fee',
  'seller_id',
  'total_amount',
  'trade_no',
  'trade_status',
] as const

const FIELD_NAME_IN_VALUE_EXPLANATION =
  'a value holds the name of a field: the same signature fits other fields; a query tells which are true'

/**
 * Alipay signs `a=1&b=2` without escapes, so a subject such as `x&total_amount=99.00` can be cut into fields in two
 * ways that carry the same signature. Whichever way was not meant has one of the true fields inside a value.
 */
function hasAmbiguousFields(fields: NotifyFields): boolean {
  return Object.values(fields).some(
    (value) => value.includes('&') && DECIDING_FIELDS.some((name) => value.includes(`&${name}=`)),
  )
}

function tryReadEvidence(fields: NotifyFields): PaymentEvidence | null {
  const { out_trade_no: outTradeNo, trade_no: tradeNo, app_id: appId } = fields
  const totalAmount = readAlipayAmount(fields.total_amount)
  if (outTradeNo === undefined || tradeNo === undefined || appId === undefined || totalAmount === null) return null
  const refundedAmount = readRefundedAmount(fields.refund_fee)
  if (refundedAmount === null) return null
  return {
    source: 'notify',
    appId,
    // Alipay always names the seller; a notification without one is nobody's, and the gate refuses it.
    sellerId: fields.seller_id ?? '',
    outTradeNo,
    tradeNo,
    tradeStatus: tradeStatusOrUnknown(fields.trade_status),
    totalAmount,
    paidAt: beijingTimeToEpochMs(fields.gmt_payment),
    refundedAmount,
    refundRequestNo: fields.refund_fee === undefined ? null : refundRequestNoOrOutTradeNo(fields, outTradeNo),
  }
}

/** `out_biz_no` is the refund's number; Alipay's own trade number stands there for a refund without one. */
const refundRequestNoOrOutTradeNo = (
  { out_biz_no: number, trade_no: tradeNo }: NotifyFields,
  outTradeNo: string,
): string => (number === undefined || number === tradeNo ? outTradeNo : number)

/**
 * A partial refund's notification says TRADE_SUCCESS as well: only this amount tells it from a payment. So one that is
 * there and cannot be read is not 0. Null then.
 */
const readRefundedAmount = (text: string | undefined): Fen | null =>
  text === undefined ? fen(0) : readAlipayAmount(text)
