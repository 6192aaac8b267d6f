/** What a code of Alipay's means, and what helps. */
export interface AnswerCodeExplanation {
  readonly code: string
  readonly meaning: string
  readonly remedy: string
}

/** The common codes, gateway refusals first. */
export const ANSWER_CODE_EXPLANATIONS: readonly AnswerCodeExplanation[] = [
  ...[
    [
      'isv.invalid-app-id',
      'Alipay does not know ALIPAY_APP_ID at this gateway.',
      'Compare it with the console. The sandbox and production have different apps and gateways.',
    ],
    [
      'isv.invalid-signature',
      'Alipay refuses our signature: it does not fit the public key that the console shows for this app.',
      'Upload the public key that belongs to ALIPAY_PRIVATE_KEY, or use the private key that belongs to the uploaded one.',
    ],
    [
      'isv.missing-signature-key',
      'The console holds no public key for this app.',
      "Upload the app's public key in the console (接口加签方式).",
    ],
    [
      'isv.invalid-signature-type',
      'The app is set to another kind of signature than RSA2.',
      'Choose RSA2 in the console (接口加签方式).',
    ],
    ['isv.invalid-timestamp', 'Alipay refuses our time stamp.', "Set this machine's clock (NTP)."],
    [
      'isv.missing-app-cert',
      'This app is in certificate mode, and the call names no certificate.',
      'Set ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT and ALIPAY_ROOT_CERT.',
    ],
    [
      'isv.app-cert-sn-not-match',
      "The call names another certificate than the app's.",
      "Download the app's certificate again and set ALIPAY_APP_CERT.",
    ],
    [
      'isv.insufficient-isv-permissions',
      'The app may not use this product.',
      'Sign the product in the console (手机网站支付, 电脑网站支付) and put the app online.',
    ],
    [
      'ACQ.ACCESS_FORBIDDEN',
      'The account has not signed this product.',
      'Sign the product in the console (手机网站支付, 电脑网站支付) and put the app online.',
    ],
    ['aop.invalid-auth-token', 'A token for calls on behalf of others is wrong.', 'Use an app of your own account.'],
    ['isv.app-call-limited', 'The app calls too often.', 'Lower the rate of queries, or ask Alipay for more.'],
    [
      'isp.unknow-error',
      'Alipay had a fault, and whether it did what was asked is unknown.',
      'Nothing: the payment is queried, and a refund is repeated under its own number.',
    ],
    [
      'aop.unknow-error',
      'Alipay had a fault, and whether it did what was asked is unknown.',
      'Nothing: the payment is queried, and a refund is repeated under its own number.',
    ],
    [
      'ACQ.SYSTEM_ERROR',
      'Alipay had a fault, and whether it did what was asked is unknown.',
      'Nothing: the payment is queried, and a refund is repeated under its own number.',
    ],
    [
      'ACQ.INVALID_PARAMETER',
      'A field has a form that Alipay does not take.',
      'Read sub_msg in the journal: it names the field.',
    ],
    [
      'ACQ.TRADE_NOT_EXIST',
      'Alipay has no such trade: the buyer has not confirmed it, or it belongs to another account.',
      'Nothing before the payment expires. Later, compare ALIPAY_APP_ID and ALIPAY_SELLER_ID.',
    ],
    ['ACQ.TRADE_HAS_SUCCESS', 'The trade is paid.', 'Nothing: a query settles it.'],
    [
      'ACQ.TRADE_HAS_CLOSE',
      'The trade is closed: never paid in time, or refunded in full.',
      'Nothing: a query tells which.',
    ],
    ['ACQ.TRADE_HAS_FINISHED', 'The time for refunds is over.', 'Pay the buyer back by another way.'],
    ['ACQ.TRADE_STATUS_ERROR', 'The state of the trade does not allow this.', 'Query the payment, then decide again.'],
    [
      'ACQ.CONTEXT_INCONSISTENT',
      'The number was used before with another amount or subject.',
      'Give every system that sells under this app numbers of its own.',
    ],
    ['ACQ.TRADE_BUYER_NOT_MATCH', 'Another buyer has opened this payment.', 'Let the buyer take a new code.'],
    [
      'ACQ.SELLER_BALANCE_NOT_ENOUGH',
      'The account holds too little for this refund.',
      'Add money to the account: the refund is repeated automatically.',
    ],
    [
      'ACQ.REASON_TRADE_REFUND_FEE_ERR',
      'The amount of the refund is more than what is left of the payment.',
      "Look for refunds that were made in Alipay's console.",
    ],
    [
      'ACQ.DISCORDANT_REPEAT_REQUEST',
      'The number of the refund was used with another amount.',
      "Look for refunds of the same number in Alipay's console.",
    ],
    [
      'ACQ.TRADE_NOT_ALLOW_REFUND',
      'The contract or the trade allows no refund.',
      'Ask Alipay, or pay back by another way.',
    ],
  ].map(([code = '', meaning = '', remedy = '']) => ({ code, meaning, remedy })),
]

/** Finds the code that a reason names. Null for a reason with none of the common codes. */
export function explainAnswerCode(reason: string): AnswerCodeExplanation | null {
  const words = reason.split(/[\s():,]+/)
  const named = ANSWER_CODE_EXPLANATIONS.find(({ code }) => words.includes(code))
  // `isv.missing-app-cert-sn` and its like.
  return named ?? ANSWER_CODE_EXPLANATIONS.find(({ code }) => words.some((word) => word.startsWith(`${code}-`))) ?? null
}
