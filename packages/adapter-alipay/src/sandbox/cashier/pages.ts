import { formatBeijing } from '../beijing-time.js'
import { formatYuan } from '../fen.js'
import { escapeHtml } from '../html.js'
import type { Trade } from '../trade/trade.js'
import type { Refusal } from './admission.js'
import { framed, type Page } from './frame.js'
import type { CashierLanguage } from './language.js'
import { panel } from './panel.js'
import type { CashierSession } from './sessions.js'
import { type CashierTexts, cashierTexts } from './texts.js'

/** What the buyer sees before he pays. */
export interface CashierView {
  readonly session: CashierSession
  readonly trade: Trade | undefined
  readonly now: number
  readonly language: CashierLanguage
}

/** Works without scripts, so the policy allows none. One form: the panel's knobs go with every button. */
export function cashierPage(view: CashierView): Page {
  const { session, trade, language } = view
  const { id, request } = session
  const texts = cashierTexts[language]
  const button = (action: 'pay' | 'login' | 'fail' | 'quit', style = '') =>
    `<button data-testid="${action}" formaction="/cashier/${id}/${action}"${style}>${texts[action]}</button>`
  const content = `<form method="post" action="/cashier/${id}/pay">${summary(view, texts)}
<section><p class="method"><span>${texts.method}</span><span class="tick" aria-hidden="true">✓</span></p></section>
${button('pay', ' class="primary"')}
${[...(trade ? [] : [button('login')]), button('fail'), button('quit')].join('\n')}
${panel(texts)}</form>`
  return framed({ title: texts.cashier, content, formTargets: [request.returnUrl, request.quitUrl] }, texts)
}

function summary({ session: { request }, trade, now }: CashierView, texts: CashierTexts): string {
  return `<section class="sum"><p class="soft">${texts.amount}</p>
<p class="amount">¥<span data-testid="amount">${formatYuan(request.totalFen)}</span></p>
<p data-testid="subject">${escapeHtml(request.subject)}</p>
<dl><div><dt>${texts.orderNumber}</dt><dd data-testid="out-trade-no">${escapeHtml(request.outTradeNo)}</dd></div>
<div><dt>${texts.seller}</dt><dd>${escapeHtml(request.sellerId)}</dd></div></dl>
${expiryLine(trade?.expiresAt ?? request.expiresAt, now, texts)}</section>`
}

function expiryLine(expiresAt: number | undefined, now: number, texts: CashierTexts): string {
  if (expiresAt === undefined) return ''
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const line = texts.payBefore(`<span data-testid="time-left">${left}</span>`, formatBeijing(expiresAt))
  return `<p class="soft">${line}</p>`
}

const marks = { paid: '✓', failed: '✕', quit: '–' } as const

/** Where the buyer ends when the merchant gave no address to go to. */
export function resultPage(
  result: 'paid' | 'failed' | 'quit',
  { id }: CashierSession,
  language: CashierLanguage,
): Page {
  const texts = cashierTexts[language]
  const [message, help] = {
    paid: [texts.paid, texts.paidHelp],
    failed: [texts.failed, texts.failedHelp],
    quit: [texts.givenUp, texts.givenUpHelp],
  }[result]
  const again = result === 'failed' ? `<a class="button primary" href="/cashier/${id}">${texts.tryAgain}</a>` : ''
  const content = `<section class="sum"><div class="mark ${result}" aria-hidden="true">${marks[result]}</div>
<p class="big" role="status" data-testid="result" data-result="${result}">${message}</p><p class="soft">${help}</p>${again}</section>`
  return framed({ title: texts.result, content }, texts)
}

/** Alipay tells the buyer, not the merchant's server, what is wrong with a pay request; with status 200, in Chinese. */
export function errorPage({ code, message }: Refusal, language: CashierLanguage = 'zh'): Page {
  const texts = cashierTexts[language]
  const text = code.replace(/^(?:isv|ACQ)\./, '')
  const content = `<section class="sum"><div class="mark error" aria-hidden="true">!</div><p>${texts.debugError}</p>
<p class="soft">${texts.errorCode} <span data-testid="error-code" data-code="${escapeHtml(code)}">${escapeHtml(text)}</span></p>
<p class="soft">${texts.errorReason} <span data-testid="error-message">${escapeHtml(message)}</span></p></section>`
  return framed({ title: texts.cashier, content }, texts)
}

export const notFoundPage = (): Page => ({
  ...errorPage({ code: 'SESSION_NOT_FOUND', message: '页面不存在或已失效' }),
  status: 404,
})
