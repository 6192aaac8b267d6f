import type { Language } from './browser.js'

export type ReturnTexts = typeof chinese

const chinese = {
  byStatus: {
    open: {
      title: '正在确认付款结果',
      text: '还没有收到付款结果，本页会自动更新。如果已经付款，请不要重复支付。',
    },
    expired: {
      title: '还没有收到付款',
      text: '支付时间已过。如果已经付款，本页会自动更新，请不要重复支付。',
    },
    closed: {
      title: '订单已关闭',
      text: '没有收到付款。如果已经付款，款项到账后会自动处理，请不要重复支付。',
    },
    paid: { title: '支付成功', text: '款项已经收到。' },
    refunding: {
      title: '款项将原路退回',
      text: '这笔款项属于重复支付，或在订单关闭后才到账，将自动退回您的支付宝账户。',
    },
    refund_failed: { title: '退款处理中', text: '退款暂未成功，工作人员会尽快处理，请保留付款凭证。' },
    held: { title: '付款待人工处理', text: '款项在订单关闭后才到账，工作人员会与您联系，确认开通课程或退款。' },
    refunded: { title: '订单已退款', text: '款项已原路退回。' },
  },
  /** On the device on which the buyer shops. */
  toShop: '查看我的课程',
  /** The same, when there is nothing new to be found there. */
  backToShop: '返回我的课程',
  /** On another one, such as the phone that scanned the code. */
  elsewhere: '请回到刚才下单的页面继续，那里会自动更新；本页可以关闭。',
  refreshNow: '立即刷新',
  payNow: '还没有付款？去支付',
}

const english: ReturnTexts = {
  byStatus: {
    open: {
      title: 'Checking your payment',
      text: 'No payment has arrived yet. This page updates automatically. If you have paid, do not pay again.',
    },
    expired: {
      title: 'No payment has arrived',
      text: 'The time to pay has passed. If you have paid, this page updates automatically: do not pay again.',
    },
    closed: {
      title: 'This order is closed',
      text: 'No payment has arrived. If you have paid, we will handle your payment when it arrives: do not pay again.',
    },
    paid: { title: 'Payment received', text: 'Thank you. We have received your payment.' },
    refunding: {
      title: 'Your money will be refunded',
      text: 'You paid twice, or after the order was closed. The refund goes to your Alipay account automatically.',
    },
    refund_failed: {
      title: 'Your refund is in progress',
      text: 'The refund has not succeeded yet. Our staff will handle it. Please keep your payment receipt.',
    },
    held: {
      title: 'Our staff will check your payment',
      text: 'It arrived after the order was closed. We will ask you whether to open the course or to refund you.',
    },
    refunded: { title: 'This order was refunded', text: 'The money was returned to your Alipay account.' },
  },
  toShop: 'To my courses',
  backToShop: 'Back to my courses',
  elsewhere: 'Return to the page where you ordered: it updates automatically. You can close this page.',
  refreshNow: 'Refresh now',
  payNow: 'Not paid yet? Pay now',
}

export const returnTextsByLanguage: Readonly<Record<Language, ReturnTexts>> = { zh: chinese, en: english }
