import type { Language } from './browser.js'

/** What a page without a payment advises. */
export type Advice = 'paid' | 'refunded' | 'new_code' | 'rescan' | 'later' | 'back'

const chinese = {
  /** BCP 47, for `<html lang>`. */
  tag: 'zh-CN',
  goingToPay: '正在前往支付页面',
  followLink: '如果没有自动跳转，请点击这里继续支付',
  openElsewhere: {
    wechat: '微信里打不开支付宝',
    qq: 'QQ 里打不开支付宝',
    other: '这个应用里打不开支付宝',
  },
  amount: '待支付',
  openSteps: ['点击右上角的「···」', '选择「在浏览器打开」', '在支付宝页面完成付款'],
  orScan: '也可以打开支付宝，用「扫一扫」扫描电脑上的二维码。',
  notPaidYet: '现在还没有扣款，请放心。',
  advice: {
    paid: '款项已经收到，请返回课程页面开始学习。',
    refunded: '款项已经退回，请返回课程页面查看。',
    new_code: '没有扣款。请返回课程页面，获取新的二维码。',
    rescan: '请返回课程页面，重新获取二维码后再扫。',
    later: '请稍后再试。如果已经付款，请不要重复支付，在课程页面查看结果即可。',
    back: '请返回课程页面查看订单状态。',
  },
  reference: '错误编号',
}

const english: typeof chinese = {
  tag: 'en',
  goingToPay: 'Taking you to the payment page',
  followLink: 'If nothing happens, continue here',
  openElsewhere: {
    wechat: 'WeChat cannot open Alipay',
    qq: 'QQ cannot open Alipay',
    other: 'This app cannot open Alipay',
  },
  amount: 'To pay',
  openSteps: ['Tap “···” in the top right corner', 'Choose “Open in browser”', 'Pay on the page of Alipay'],
  orScan: 'Or open Alipay and scan the code on your computer with it.',
  notPaidYet: 'Nothing has been charged yet.',
  advice: {
    paid: 'We have received your payment. Go back to the course page and start learning.',
    refunded: 'Your payment was refunded. Go back to the course page for details.',
    new_code: 'Nothing was charged. Go back to the course page and get a new code.',
    rescan: 'Go back to the course page, get a new code and scan it.',
    later: 'Please try again later. If you have paid, do not pay again: the course page will show it.',
    back: 'Go back to the course page to see your order.',
  },
  reference: 'Reference',
}

export const payPageTextsByLanguage: Readonly<Record<Language, typeof chinese>> = { zh: chinese, en: english }
