import { createHash } from 'node:crypto'
import { escapeHtml, formatBeijing, formatYuan } from '../formats.js'
import type { Trade } from '../trade/trade.js'
import type { Refusal } from './cashier.js'
import type { CashierSession } from './sessions.js'
import { type CashierLanguage, type CashierTexts, cashierTexts } from './texts.js'

/**
 * Chinese, unless English stands before it in `Accept-Language`. Weights are left alone: browsers list by preference.
 */
export function cashierLanguage(acceptLanguage: string | undefined): CashierLanguage {
  const [first] = (acceptLanguage ?? '').toLowerCase().match(/\b(?:zh|en)\b/) ?? []
  return first === 'en' ? 'en' : 'zh'
}

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STYLE = `:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--edge:#e3e5ea;--text:#1d2129;--soft:#5b6270;--blue:#0e62e0;--on-blue:#fff;--top:#0e62e0;--good:#0a7d44;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--back:#121418;--card:#1d2126;--edge:#333943;--text:#eceef2;--soft:#a7aebb;--blue:#7fb0ff;--on-blue:#0a1a33;--top:#12305f;--good:#5ed39a;--bad:#ff9a91}}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;background:var(--back);color:var(--text)}
header{background:var(--top);color:#fff;text-align:center;padding:.75rem 1rem 3.5rem}header p{margin:0;font-size:.8125rem}h1{font-size:1.125rem;margin:0}
main{max-width:27rem;margin:-2.75rem auto 0;padding:0 .75rem 2rem;overflow-wrap:anywhere}
section,details{background:var(--card);border-radius:.875rem;padding:1.25rem;margin-bottom:.75rem}
.sum{text-align:center;text-wrap:balance}.sum p{margin:.25rem 0}.amount{font-size:2.5rem;font-weight:600;line-height:1.25}.soft{color:var(--soft);font-size:.875rem}.whole{white-space:nowrap}
dl{margin:1rem 0 0;padding-top:.75rem;border-top:1px solid var(--edge);text-align:start;font-size:.875rem}dl div{display:flex;gap:1rem;justify-content:space-between;padding:.125rem 0}dt{color:var(--soft);white-space:nowrap}dd{margin:0;text-align:end}
.method{display:flex;justify-content:space-between;margin:0}.tick{color:var(--blue);font-weight:700}
button,.button{display:block;width:100%;min-height:3rem;margin-top:.625rem;padding:.5rem;border:1px solid var(--edge);border-radius:.75rem;background:var(--card);color:var(--text);font:inherit;text-align:center;text-decoration:none;cursor:pointer}
.primary{border-color:var(--blue);background:var(--blue);color:var(--on-blue);font-weight:600;font-size:1.0625rem}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
details{margin-top:1.25rem}summary{cursor:pointer;font-weight:600;min-height:1.75rem}fieldset{border:0;margin:.75rem 0 0;padding:0}legend{padding:0;color:var(--soft);font-size:.875rem}
label{display:flex;gap:.625rem;align-items:baseline;padding:.4375rem 0;font-size:.9375rem}input{flex:none;width:1.125rem;height:1.125rem;accent-color:var(--blue);transform:translateY(.1875rem)}
.mark{display:grid;place-items:center;width:3.5rem;height:3.5rem;margin:0 auto .5rem;border-radius:50%;border:2px solid;font-size:1.75rem;line-height:1}.paid{color:var(--good)}.failed,.error{color:var(--bad)}.quit{color:var(--soft)}
.big{font-size:1.25rem;font-weight:600}`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * A browser holds the redirect after a form against `form-action` too, so the merchant's addresses have to be in it.
 */
function securityHeaders(formTargets: readonly (string | undefined)[]): Record<string, string> {
  const origins = formTargets.filter((url) => url !== undefined).map((url) => new URL(url).origin)
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action ${[...new Set(["'self'", ...origins])].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-type': 'text/html;charset=utf-8',
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}

interface PageContent {
  readonly title: string
  readonly content: string
  /** Where a form may lead beside the cashier itself. */
  readonly formTargets?: readonly (string | undefined)[]
}

/** The frame of every page. `content` is HTML. */
function layout({ title, content, formTargets = [] }: PageContent, texts: CashierTexts): Page {
  const body = `<!doctype html>
<html lang="${texts.tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><header><h1>${texts.cashier}</h1><p>${texts.sandbox}</p></header><main>
${content}
</main></body></html>`
  return { status: 200, headers: securityHeaders(formTargets), body }
}

const radioInput = (name: string, label: string, index: number): string =>
  `<label><input type="radio" name="notify" value="${name}" data-testid="notify-${name}"${index === 0 ? ' checked' : ''}>${label}</label>`

const checkboxInput = (name: string, label: string): string =>
  `<label><input type="checkbox" name="${name}" value="1" data-testid="${name}">${label}</label>`

/** The fault controls of one trade; each button submits them. */
function faultPanel({
  panel: title,
  panelHelp,
  notify,
  notifyControls,
  switches,
  switchControls,
}: CashierTexts): string {
  const radios = Object.entries(notifyControls).map(([name, label], index) => radioInput(name, label, index))
  const checkboxes = Object.entries(switchControls).map(([name, label]) => checkboxInput(name, label))
  return `<details data-testid="sandbox-panel"><summary>${title}</summary><p class="soft">${panelHelp}</p>
<fieldset><legend>${notify}</legend>${radios.join('')}</fieldset>
<fieldset><legend>${switches}</legend>${checkboxes.join('')}</fieldset></details>`
}

/** What the buyer sees before he pays. */
interface CashierView {
  readonly session: CashierSession
  readonly trade: Trade | undefined
  readonly now: number
  readonly language: CashierLanguage
}

/** Works without scripts, so the policy allows none. One form: each button submits the fault controls. */
export function cashierPage(view: CashierView): Page {
  const { session, trade, language } = view
  const { id, request } = session
  const texts = cashierTexts[language]
  const button = (action: 'pay' | 'login' | 'fail' | 'quit', style = '') =>
    `<button data-testid="${action}" formaction="/cashier/${id}/${action}"${style}>${texts[action]}</button>`
  const content = `<form method="post" action="/cashier/${id}/pay">${orderSummary(view, texts)}
<section><p class="method"><span>${texts.method}</span><span class="tick" aria-hidden="true">✓</span></p></section>
${button('pay', ' class="primary"')}
${[...(trade ? [] : [button('login')]), button('fail'), button('quit')].join('\n')}
${faultPanel(texts)}</form>`
  return layout({ title: texts.cashier, content, formTargets: [request.returnUrl, request.quitUrl] }, texts)
}

function orderSummary({ session: { request }, trade, now }: CashierView, texts: CashierTexts): string {
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
  const timeLeft = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const line = texts.payBefore(`<span data-testid="time-left">${timeLeft}</span>`, formatBeijing(expiresAt))
  return `<p class="soft">${line}</p>`
}

const symbolByResult = { paid: '✓', failed: '✕', quit: '–' } as const

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
  const retryLink = result === 'failed' ? `<a class="button primary" href="/cashier/${id}">${texts.tryAgain}</a>` : ''
  const content = `<section class="sum"><div class="mark ${result}" aria-hidden="true">${symbolByResult[result]}</div>
<p class="big" role="status" data-testid="result" data-result="${result}">${message}</p><p class="soft">${help}</p>${retryLink}</section>`
  return layout({ title: texts.result, content }, texts)
}

/** Alipay tells the buyer, not the merchant's server, what is wrong with a pay request; with status 200, in Chinese. */
export function errorPage({ code, message }: Refusal, language: CashierLanguage = 'zh'): Page {
  const texts = cashierTexts[language]
  const text = code.replace(/^(?:isv|ACQ)\./, '')
  const content = `<section class="sum"><div class="mark error" aria-hidden="true">!</div><p>${texts.debugError}</p>
<p class="soft">${texts.errorCode} <span data-testid="error-code" data-code="${escapeHtml(code)}">${escapeHtml(text)}</span></p>
<p class="soft">${texts.errorReason} <span data-testid="error-message">${escapeHtml(message)}</span></p></section>`
  return layout({ title: texts.cashier, content }, texts)
}

export const notFoundPage = (): Page => ({
  ...errorPage({ code: 'SESSION_NOT_FOUND', message: '页面不存在或已失效' }),
  status: 404,
})
