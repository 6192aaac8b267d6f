/** What may go wrong when the buyer pays. */
export type CashierFault = { readonly at: 'cashier' } & (
  | {
      /**
       * The payment is booked although the order's time is over: Alipay's clock is behind, or the payment was under
       * way.
       */
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

/** What may be wrong with the lines of a bill. A rule sees every booking of every bill that is made. */
export type BillFault = { readonly at: 'bill' } & (
  | {
      readonly kind: 'lose_row'
    }
  | {
      /** The amounts of the line are one fen more; so are the totals. */
      readonly kind: 'wrong_amount'
    }
  | {
      /** The line stands twice. */
      readonly kind: 'repeat_row'
    }
  | {
      /** The line stands in the bill of another day: 1 is the next one, -1 the one before. */
      readonly kind: 'other_day'
      readonly days: number
    }
  | {
      /** The line has this 业务类型 instead of 交易 or 退款. */
      readonly kind: 'type'
      readonly type: string
    }
)

/** Something in a bill that was never booked here: one more line, on every day's bill or on one. */
export type BillExtraFault = {
  readonly at: 'bill_extra'
  readonly kind: 'extra_row'
  readonly billDate?: string
  readonly row: {
    readonly type?: '交易' | '退款'
    readonly outTradeNo: string
    readonly amountFen: number
    readonly outRequestNo?: string
  }
}

/** What may go wrong with the download of a bill's file. */
export type BillDownloadFault = { readonly at: 'bill_download' } & (
  | { readonly kind: 'http_status'; readonly status: number; readonly location?: string }
  | {
      /** No answer ever. */
      readonly kind: 'hang'
    }
  | {
      /** Half of the file, then the connection ends. */
      readonly kind: 'truncate'
    }
  | {
      /** Half of the file, as if it were the whole. */
      readonly kind: 'half_file'
    }
  | {
      /** The file is whole, but the detail file inside ends after this many lines of it. */
      readonly kind: 'half_detail'
      readonly lines: number
    }
  | {
      /** One byte inside the file is another. */
      readonly kind: 'flip_byte'
    }
  | {
      /** This many MiB of zeros beside the bill's files, under the name of a detail file. */
      readonly kind: 'bomb'
      readonly mebibytes: number
    }
  | {
      /** These bytes instead of the file. */
      readonly kind: 'body'
      readonly body: string
    }
)
