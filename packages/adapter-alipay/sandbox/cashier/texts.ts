export type CashierLanguage = 'zh' | 'en'

/** What the sandbox may do to the notification of one payment. */
export type NotifyControl = 'normal' | 'lost_once' | 'lost' | 'late' | 'repeated'
/** What else it may do. */
export type SwitchControl = 'double_pay' | 'after_expiry' | 'never_return'

/** Every text of the cashier, but the errors that Alipay writes itself. */
export interface CashierTexts {
  /** BCP 47. */
  readonly tag: string
  readonly cashier: string
  readonly sandbox: string
  readonly amount: string
  readonly orderNumber: string
  readonly seller: string
  /** HTML; what stands in brackets is not broken. */
  readonly payBefore: (left: string, until: string) => string
  readonly method: string
  readonly pay: string
  readonly login: string
  readonly fail: string
  readonly quit: string
  readonly panel: string
  readonly panelHelp: string
  readonly notify: string
  readonly notifyControls: Readonly<Record<NotifyControl, string>>
  readonly switches: string
  readonly switchControls: Readonly<Record<SwitchControl, string>>
  readonly result: string
  readonly paid: string
  readonly paidHelp: string
  readonly failed: string
  readonly failedHelp: string
  readonly tryAgain: string
  readonly givenUp: string
  readonly givenUpHelp: string
  readonly debugError: string
  readonly errorCode: string
  readonly errorReason: string
}

const chinese: CashierTexts = {
  tag: 'zh-CN',
  cashier: '支付宝收银台',
  sandbox: '本地沙箱 · 不会扣款',
  amount: '付款金额',
  orderNumber: '订单号',
  seller: '收款方',
  payBefore: (left, until) =>
    `<span class="whole">剩余支付时间 ${left}</span> <span class="whole">（${until} 前）</span>`,
  method: '账户余额（沙箱买家）',
  pay: '确认付款',
  login: '登录支付宝，暂不付款',
  fail: '模拟支付失败',
  quit: '放弃付款',
  panel: '沙箱：让这笔支付出点状况',
  panelHelp: '选好后点「确认付款」，只对这笔交易有效。',
  notify: '付款通知',
  notifyControls: {
    normal: '正常送达',
    lost_once: '第一次丢失，稍后重发',
    lost: '全部丢失',
    late: '延迟 10 秒送达',
    repeated: '同时送达三次',
  },
  switches: '付款',
  switchControls: {
    double_pay: '重复付款：其他已打开的同名同价收银台也一起付款',
    after_expiry: '超时付款：超过支付时间仍然成功',
    never_return: '付款后不返回商家页面',
  },
  result: '支付结果',
  paid: '付款成功',
  paidHelp: '请回到商家页面查看结果，本页可以关闭。',
  failed: '支付失败，请返回重试',
  failedHelp: '没有扣款，可以重新付款。',
  tryAgain: '重新付款',
  givenUp: '已放弃付款',
  givenUpHelp: '没有扣款，本页可以关闭。',
  debugError: '调试错误，请回到请求来源地，重新发起请求。',
  errorCode: '错误代码',
  errorReason: '错误原因:',
}

const english: CashierTexts = {
  tag: 'en',
  cashier: 'Alipay cashier',
  sandbox: 'Local sandbox · no money moves',
  amount: 'To pay',
  orderNumber: 'Order',
  seller: 'Payee',
  payBefore: (left, until) =>
    `<span class="whole">${left} left to pay</span> <span class="whole">(until ${until})</span>`,
  method: 'Account balance (sandbox buyer)',
  pay: 'Pay now',
  login: 'Sign in without paying',
  fail: 'Let the payment fail',
  quit: 'Leave',
  panel: 'Sandbox: let something go wrong',
  panelHelp: 'Choose, then press “Pay now”. It concerns this payment alone.',
  notify: 'Notification',
  notifyControls: {
    normal: 'Delivered',
    lost_once: 'First one lost, sent again later',
    lost: 'All lost',
    late: 'Delivered 10 seconds late',
    repeated: 'Delivered three times at once',
  },
  switches: 'Payment',
  switchControls: {
    double_pay: 'Pay twice: other open cashiers of the same name and price pay too',
    after_expiry: 'Pay late: it succeeds after its time is over',
    never_return: "Do not go back to the seller's page",
  },
  result: 'Result',
  paid: 'Paid',
  paidHelp: "Go back to the seller's page for the result. You can close this one.",
  failed: 'The payment failed',
  failedHelp: 'Nothing was charged. You can try again.',
  tryAgain: 'Try again',
  givenUp: 'You left without paying',
  givenUpHelp: 'Nothing was charged. You can close this page.',
  debugError: 'Something is wrong with this request. Go back to where you came from and start again.',
  errorCode: 'Code',
  errorReason: 'Reason:',
}

export const cashierTexts: Readonly<Record<CashierLanguage, CashierTexts>> = { zh: chinese, en: english }
