import type { NotifyReader } from '../../src/orders/ports/notify-reader.js'
import type { PaymentAttempt, PaymentGateway, PayPage } from '../../src/orders/ports/payment-gateway.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Fen } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { ensure } from './assertions.js'
import type { HarnessWithSecrets } from './define-contract.js'
import { samplePaymentAttempt } from './sample-data.js'

/**
 * A gateway without any trade, a buyer in front of its pages, and its faults: a fake, or a real one's sandbox over
 * HTTP.
 */
export interface PaymentGatewayHarness extends HarnessWithSecrets {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  /** The gateway's time, and a way to let it pass. */
  now(): EpochMs
  advance(ms: number): Promise<void>
  /**
   * The buyer opens the page and signs in: from then on there is a trade. Rejects when the gateway does not let the
   * buyer.
   */
  login(page: PayPage): Promise<void>
  /** The buyer opens the page and pays. Rejects when the gateway does not let the buyer. */
  pay(page: PayPage): Promise<void>
  /** From now on calls have no effect and get no clear answer. */
  makeAnswersUnclear(): Promise<void>
  /** From now on calls have their effect, and their answers are lost. */
  loseAnswers(): Promise<void>
  /** Ends these faults. */
  makeAnswersClear(): Promise<void>
  /**
   * From now on somebody on the way adds an unsigned claim to each answer: the trade is paid, its refund has succeeded.
   */
  addUnsignedClaims(): Promise<void>
  /** From now on a refund is taken, but its money does not move until `releaseRefunds`. */
  holdRefunds(): Promise<void>
  releaseRefunds(): Promise<void>
  /** Money that moved, in fen, as the gateway's own ledger has it. */
  moneyOf(payNo: PayNo): Promise<{ readonly received: number; readonly refunded: number }>
  /** The bytes of the newest notification that the gateway sent (or would send) about this trade. */
  notification(payNo: PayNo): Promise<Uint8Array>
  /** The same, but signed by somebody else. */
  forgedNotification(payNo: PayNo): Promise<Uint8Array>
  /** A genuine one about this trade number that is meant for another merchant's `app_id`. */
  foreignNotification(payNo: PayNo): Promise<Uint8Array>
  /** A person refunds in the gateway's own console; the bytes of the notification about it. */
  refundInConsole(payNo: PayNo, amount: Fen, outRequestNo: string): Promise<Uint8Array>
}

const ATTEMPT_LIFE_MS = 1_800_000

/** An attempt that may be paid for half an hour from the gateway's now. */
export const freshAttempt = (
  { now }: Pick<PaymentGatewayHarness, 'now'>,
  changes: Partial<PaymentAttempt> = {},
): PaymentAttempt => samplePaymentAttempt(1, { expireDate: now() + ATTEMPT_LIFE_MS, ...changes })

/** A page that the buyer has used in this way, and its attempt. */
const tradeAfter =
  (act: 'login' | 'pay') =>
  async (harness: PaymentGatewayHarness, changes: Partial<PaymentAttempt> = {}) => {
    const attempt = freshAttempt(harness, changes)
    const page = await harness.gateway.payPage(attempt)
    await harness[act](page)
    return { attempt, payNo: attempt.payNo, page }
  }

export const openTrade = tradeAfter('login')
export const paidTrade = tradeAfter('pay')

/** What the gateway says of a trade that it must know. */
export async function evidenceOf({ gateway }: PaymentGatewayHarness, payNo: PayNo) {
  const answer = await gateway.query(payNo)
  ensure(answer.kind === 'evidence', `The gateway knows the trade, but the answer is ${answer.kind}.`)
  return answer.evidence
}
