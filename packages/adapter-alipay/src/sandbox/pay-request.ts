/** A verified pay request: what a cashier session offers. Amounts are fen, times epoch milliseconds. */
export interface PayRequest {
  readonly method: string
  readonly appId: string
  readonly sellerId: string
  readonly outTradeNo: string
  readonly totalFen: number
  readonly subject: string
  readonly body?: string
  readonly passbackParams?: string
  readonly quitUrl?: string
  readonly returnUrl?: string
  readonly notifyUrl?: string
  /** Absolute end, from `time_expire` (or page.pay's `timeout_express`); holds before the trade exists too. */
  readonly expiresAt?: number
  /** `timeout_express` of wap.pay: counted from the moment the trade is created. */
  readonly lifetime: (createdAt: number) => number
}
