import { type Fen, fen, type PayNo, writeYuan } from '@coursepay/core'
import type {
  CloseAnswer,
  PaymentAttempt,
  PaymentGateway,
  PayProduct,
  QueryAnswer,
  RefundAnswer,
  RefundInstruction,
  RefundQueryAnswer,
} from '@coursepay/core/ports'
import { beijingTimeToEpochMs, epochMsToBeijingTime, readAlipayAmount, tradeStatusOrUnknown } from '../formats.js'
import type { CheckedSettings } from '../settings/alipay-settings.js'
import type { AlipayAnswer, AlipayClient, CallOutcome } from './alipay-client.js'

type MerchantIdentity = Pick<CheckedSettings, 'appId' | 'sellerId'>

/**
 * The trade is in a state that cannot be closed; which code comes for which state is not documented, so each means:
 * query it.
 */
const NOT_CLOSABLE_CODES = [
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REASON_ILLEGAL_STATUS',
  'ACQ.TRADE_HAS_SUCCESS',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_HAS_CLOSE',
]

/** Codes that promise: this refund moved no money, and never will. Every other code leaves that open. */
const FINAL_REFUND_REFUSAL_CODES: ReadonlySet<string> = new Set([
  'ACQ.INVALID_PARAMETER',
  'ACQ.TRADE_NOT_EXIST',
  'TRADE_NOT_EXIST',
  'ACQ.TRADE_STATUS_ERROR',
  'ACQ.REASON_TRADE_STATUS_INVALID',
  'ACQ.REASON_ILLEGAL_STATUS',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR',
  'ACQ.REFUND_FEE_ERROR',
  'ACQ.NOT_ALLOW_PARTIAL_REFUND',
  'ACQ.DISCORDANT_REPEAT_REQUEST',
  'ACQ.TRADE_NOT_ALLOW_REFUND',
  'ACQ.REASON_TRADE_BEEN_FREEZEN',
  'ACQ.BUYER_NOT_EXIST',
  'ACQ.BUYER_ENABLE_STATUS_FORBID',
])

/**
 * The trade takes no refund any more. A refund of the remainder closed it: perhaps this very one, whose
 * answer was lost. Only the refund query knows.
 */
const TRADE_CLOSED_CODE = 'ACQ.TRADE_HAS_CLOSE'

/** Alipay as a payment gateway: pay pages for phone and desktop, query, close, refund and refund query. */
export function createAlipayGateway(client: AlipayClient, { appId, sellerId }: MerchantIdentity): PaymentGateway {
  return {
    merchant: { channel: 'Alipay', appId, sellerId },
    async payPage(attempt, product = 'wap') {
      const { method, productCode } = PAY_PRODUCTS[product]
      return { url: client.signPageUrl(method, payBizContent(attempt, productCode), attempt) }
    },
    async query(payNo) {
      const outcome = await client.call('alipay.trade.query', { out_trade_no: payNo })
      return addBodyToAnswer(outcome, queryAnswerOf(outcome, payNo, appId))
    },
    async close(payNo) {
      const outcome = await client.call('alipay.trade.close', { out_trade_no: payNo })
      return addBodyToAnswer(outcome, closeAnswerOf(outcome, payNo))
    },
    async refund(instruction) {
      const outcome = await client.call('alipay.trade.refund', refundBizContent(instruction))
      return addBodyToAnswer(outcome, refundAnswerOf(outcome, instruction.payNo))
    },
    async queryRefund(payNo, outRequestNo) {
      const content = { out_trade_no: payNo, out_request_no: outRequestNo }
      const outcome = await client.call('alipay.trade.fastpay.refund.query', content)
      return addBodyToAnswer(outcome, refundQueryAnswerOf(outcome, payNo, outRequestNo))
    },
  }
}

/** Whatever was made of an answer, it goes into the journal as it came. */
const addBodyToAnswer = <Answer extends object>({ body }: CallOutcome, answer: Answer): Answer =>
  body === undefined ? answer : { ...answer, body }

const PAY_PRODUCTS = {
  wap: { method: 'alipay.trade.wap.pay', productCode: 'QUICK_WAP_WAY' },
  page: { method: 'alipay.trade.page.pay', productCode: 'FAST_INSTANT_TRADE_PAY' },
} as const satisfies Record<PayProduct, unknown>

function payBizContent(attempt: PaymentAttempt, productCode: string): Record<string, string> {
  return {
    out_trade_no: attempt.payNo,
    total_amount: writeYuan(attempt.totalPrice),
    subject: attempt.orderName,
    product_code: productCode,
    // Absolute and signed: the only thing that ends a link whose cashier was never opened.
    time_expire: epochMsToBeijingTime(attempt.expireDate),
  }
}

const refundBizContent = ({ payNo, amount, reason, outRequestNo }: RefundInstruction) => ({
  out_trade_no: payNo,
  refund_amount: writeYuan(amount),
  refund_reason: reason,
  out_request_no: outRequestNo,
})

/** A genuine answer about another trade is no answer: the signature alone does not bind it to the question. */
const isAboutPayment = ({ fields }: AlipayAnswer, payNo: PayNo) => fields.out_trade_no === payNo

const unknownAnswer = (reason: string) => ({ kind: 'unknown', reason }) as const
const formatAnswerCodes = ({ code, subCode }: AlipayAnswer) => `${code} ${subCode}`.trim()
const isTradeMissing = ({ subCode }: AlipayAnswer) => subCode === 'ACQ.TRADE_NOT_EXIST' || subCode === 'TRADE_NOT_EXIST'

/** Why a genuine answer is none to this question; null when it may be. */
const outTradeNoMismatchReason = (answer: AlipayAnswer, payNo: PayNo): string | null =>
  answer.fields.out_trade_no !== undefined && !isAboutPayment(answer, payNo) ? 'answer is about another trade' : null

/**
 * The signature covers a node, and not the name that it stands under: the answer of a query of a paid trade must not
 * pass for that of a close, nor for "no such refund".
 */
const ANSWER_OF_OTHER_METHOD_REASON = 'answer is that of another method'

function queryAnswerOf(outcome: CallOutcome, payNo: PayNo, appId: string): QueryAnswer {
  if (outcome.kind === 'unknown') return outcome
  const { code, fields, body } = outcome
  const mismatch = outTradeNoMismatchReason(outcome, payNo)
  if (mismatch !== null) return unknownAnswer(mismatch)
  if (isTradeMissing(outcome)) return { kind: 'no_trade' }
  if (code !== '10000') return unknownAnswer(formatAnswerCodes(outcome))
  const totalAmount = readAlipayAmount(fields.total_amount)
  const { trade_no: tradeNo, trade_status: status } = fields
  if (!isAboutPayment(outcome, payNo) || totalAmount === null || tradeNo === undefined || status === undefined) {
    return unknownAnswer('answer lacks a field')
  }
  const evidence = {
    source: 'query',
    appId,
    sellerId: null,
    outTradeNo: payNo,
    tradeNo,
    tradeStatus: tradeStatusOrUnknown(status),
    totalAmount,
    paidAt: beijingTimeToEpochMs(fields.send_pay_date),
    refundedAmount: fen(0),
    refundRequestNo: null,
  } as const
  return { kind: 'evidence', evidence, body }
}

function closeAnswerOf(outcome: CallOutcome, payNo: PayNo): CloseAnswer {
  if (outcome.kind === 'unknown') return outcome
  const mismatch = outTradeNoMismatchReason(outcome, payNo)
  if (mismatch !== null) return unknownAnswer(mismatch)
  const { trade_status: status = 'TRADE_CLOSED' } = outcome.fields
  if (outcome.code === '10000' && status !== 'TRADE_CLOSED') return unknownAnswer(ANSWER_OF_OTHER_METHOD_REASON)
  if (outcome.code === '10000')
    return isAboutPayment(outcome, payNo) ? { kind: 'closed' } : unknownAnswer('answer lacks a field')
  if (isTradeMissing(outcome)) return { kind: 'no_trade' }
  return NOT_CLOSABLE_CODES.includes(outcome.subCode)
    ? { kind: 'not_closable' }
    : unknownAnswer(formatAnswerCodes(outcome))
}

/** `code` 10000 says only that the call was taken; money moved when `fund_change` is `Y`. */
function refundAnswerOf(outcome: CallOutcome, payNo: PayNo): RefundAnswer {
  if (outcome.kind === 'unknown') return outcome
  const mismatch = outTradeNoMismatchReason(outcome, payNo)
  if (mismatch !== null) return unknownAnswer(mismatch)
  if (outcome.code === '10000') {
    return { kind: outcome.fields.fund_change === 'Y' && isAboutPayment(outcome, payNo) ? 'succeeded' : 'accepted' }
  }
  if (outcome.code === '40004' && FINAL_REFUND_REFUSAL_CODES.has(outcome.subCode)) {
    return { kind: 'refused', reason: formatAnswerCodes(outcome) }
  }
  return outcome.subCode === TRADE_CLOSED_CODE ? { kind: 'trade_closed' } : unknownAnswer(formatAnswerCodes(outcome))
}

function refundQueryAnswerOf(outcome: CallOutcome, payNo: PayNo, outRequestNo: string): RefundQueryAnswer {
  if (outcome.kind === 'unknown') return outcome
  const { code, fields } = outcome
  const mismatch = outTradeNoMismatchReason(outcome, payNo)
  if (mismatch !== null) return unknownAnswer(mismatch)
  if (isTradeMissing(outcome)) return { kind: 'absent' }
  if (outcome.subCode === TRADE_CLOSED_CODE) return { kind: 'absent' }
  if (code !== '10000') return unknownAnswer(formatAnswerCodes(outcome))
  if (fields.refund_status !== 'REFUND_SUCCESS') {
    const isOtherRefund = fields.trade_status !== undefined || fields.fund_change !== undefined
    return isOtherRefund ? unknownAnswer(ANSWER_OF_OTHER_METHOD_REASON) : { kind: 'absent' }
  }
  const amount: Fen | null = readAlipayAmount(fields.refund_amount)
  if (fields.out_request_no !== outRequestNo || amount === null) return unknownAnswer('answer is about another refund')
  return { kind: 'succeeded', amount }
}
