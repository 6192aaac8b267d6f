/** What may go wrong when the buyer pays. */
export type CashierFault = { readonly at: 'cashier' } & (
  | {
      /** The payment is booked although the order's time is over: Alipay's clock is behind, or the payment was under way. */
      readonly kind: 'pay_after_expiry'
    }
  | {
      /** Paying also pays every other open session with the same subject and amount: two phones, two `out_trade_no`. */
      readonly kind: 'double_pay'
    }
  | {
      /** The trade is created, the payment is refused. */
      readonly kind: 'pay_fails'
    }
)

/** What may go wrong on the buyer's way back to the merchant. */
export type ReturnFault = { readonly at: 'cashier_return' } & (
  | {
      /** The buyer closes the page: no return to the merchant. */
      readonly kind: 'never_return'
    }
  | { readonly kind: 'return_bad_sign' }
  | {
      /** The amount in the return address is changed after signing. */
      readonly kind: 'return_tampered_amount'
    }
)
