import type { PayNo } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { Payment } from '../domain/payment.js'
import type { Merchant, PaymentEvidence } from '../domain/payment-evidence.js'
import type { Refund } from '../domain/refund.js'

/** All that is signed for one payment; read from the stored payment, never from a request. */
export type PaymentAttempt = Pick<
  Payment,
  'payNo' | 'totalPrice' | 'orderName' | 'expireDate' | 'notifyUrl' | 'returnUrl'
>

/** The kind of page: `wap` for a phone, `page` for a desktop browser (Alipay: `alipay.trade.wap.pay`, `…page.pay`). */
export type PayProduct = 'wap' | 'page'

/** Where the buyer's browser is sent. */
export interface PayPage {
  readonly url: string
}

/** The answer as it came, byte for byte, for the journal; absent when none came. */
interface AnswerBody {
  readonly body?: Uint8Array | undefined
}

/**
 * `unknown` covers time-outs, 5xx, an unknown error, an answer that does not verify, or one about
 * another trade.
 */
export type QueryAnswer =
  | { readonly kind: 'evidence'; readonly evidence: PaymentEvidence; readonly body: Uint8Array }
  | (AnswerBody & { readonly kind: 'no_trade' })
  | (AnswerBody & { readonly kind: 'unknown'; readonly reason: string })

/** `not_closable`: the trade is in another state (paid, perhaps): query it. */
export type CloseAnswer = AnswerBody &
  (
    | { readonly kind: 'closed' }
    | { readonly kind: 'no_trade' }
    | { readonly kind: 'not_closable' }
    | { readonly kind: 'unknown'; readonly reason: string }
  )

/** `outRequestNo` is chosen and stored before the call; the gateway pays one number once. */
export type RefundInstruction = Pick<Refund, 'payNo' | 'amount' | 'reason' | 'outRequestNo'>

/**
 * `accepted`: taken, but whether money moved is not known yet: call `queryRefund`, 10 s later at the earliest.
 * `refused`: a definite no. `trade_closed`: the trade is closed at the gateway (Alipay's `ACQ.TRADE_HAS_CLOSE`): all
 * was refunded, or nothing was paid.
 */
export type RefundAnswer = AnswerBody &
  (
    | { readonly kind: 'succeeded' }
    | { readonly kind: 'accepted' }
    | { readonly kind: 'trade_closed' }
    | { readonly kind: 'refused'; readonly reason: string }
    | { readonly kind: 'unknown'; readonly reason: string }
  )

/** `absent`: not received, or failed. */
export type RefundQueryAnswer = AnswerBody &
  (
    | { readonly kind: 'succeeded'; readonly amount: Fen }
    | { readonly kind: 'absent' }
    | { readonly kind: 'unknown'; readonly reason: string }
  )

/**
 * A payment service such as Alipay. No method throws for what happens at the other end: an answer that is not clear is
 * `unknown`, and unknown never closes, fails or pays anything. Reasons are for a log: they hold no key and no buyer
 * data.
 */
export interface PaymentGateway {
  readonly merchant: Merchant

  /**
   * Outcome: the address of the gateway's page for this attempt, by default the one for a phone. All its pages pay the
   * same attempt, once. Errors: none from afar, the gateway is not called. Repeated call: the same signed content, but
   * for its own time stamp. Concurrency: safe. Retry: the buyer.
   */
  payPage(attempt: PaymentAttempt, product?: PayProduct): Promise<PayPage>

  /**
   * Outcome: what the gateway knows of the trade. `no_trade` is normal until the buyer acts on the page.
   * Repeated call and concurrency: only reads. Retry: the caller, later, rate-limited.
   */
  query(payNo: PayNo): Promise<QueryAnswer>

  /**
   * Outcome: the trade can no longer be paid (`closed`). `no_trade` does not promise that: a page that was never used
   * can still make the trade until the attempt expires. Repeated call: `closed` or `not_closable`. Retry: the caller.
   */
  close(payNo: PayNo): Promise<CloseAnswer>

  /**
   * Outcome: see `RefundAnswer`. Repeated call with the same number and amount: money moves once.
   * Concurrency: safe by the number. Retry: the refund worker, always with the same number.
   */
  refund(instruction: RefundInstruction): Promise<RefundAnswer>

  /** Outcome: what became of a refund number. Repeated call and concurrency: only reads. Retry: the refund worker. */
  queryRefund(payNo: PayNo, outRequestNo: string): Promise<RefundQueryAnswer>
}
