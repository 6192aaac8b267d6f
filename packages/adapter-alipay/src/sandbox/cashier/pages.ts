import { createHash } from 'node:crypto'
import { formatBeijing } from '../beijing-time.js'
import { formatYuan } from '../fen.js'
import { escapeHtml } from '../html.js'
import type { Trade } from '../trade/trade.js'
import type { Refusal } from './admission.js'
import type { CashierSession } from './sessions.js'

/** A page, ready to be sent. */
export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STYLE = `*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f5f5f5;color:#222}
main{max-width:26rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1rem;margin:0 0 1rem;color:#1677ff}
section{background:#fff;border-radius:.75rem;padding:1.25rem;margin-bottom:1rem;overflow-wrap:anywhere}
.amount{font-size:2.25rem;font-weight:600}.muted{color:#666;font-size:.875rem}form{margin:0 0 .75rem}
button{width:100%;padding:.875rem;border:1px solid #1677ff;border-radius:.5rem;background:#fff;color:#1677ff;font:inherit}
button.primary{background:#1677ff;color:#fff}`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A browser holds the redirect after a form against `form-action` too, so the merchant's addresses have to be in it. */
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

function page(title: string, content: string, formTargets: readonly (string | undefined)[] = []): Page {
  const body = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>支付宝收银台（本地沙箱）</h1>
${content}
</main></body></html>`
  return { status: 200, headers: securityHeaders(formTargets), body }
}

const button = (sessionId: string, action: string, label: string, style = ''): string =>
  `<form method="post" action="/cashier/${sessionId}/${action}"><button data-testid="${action}"${style}>${label}</button></form>`

function expiryLine(expiresAt: number | undefined, now: number): string {
  if (expiresAt === undefined) return ''
  const seconds = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  return `<p class="muted">剩余支付时间 <span data-testid="seconds-left">${seconds}</span> 秒（${formatBeijing(expiresAt)} 前）</p>`
}

/** What the buyer sees before he pays. Works without scripts, so the policy allows none. */
export function cashierPage({ id, request }: CashierSession, trade: Trade | undefined, now: number): Page {
  const details = `<section><p data-testid="subject">${escapeHtml(request.subject)}</p>
<p class="amount">¥<span data-testid="amount">${formatYuan(request.totalFen)}</span></p>
<p class="muted">订单号 <span data-testid="out-trade-no">${escapeHtml(request.outTradeNo)}</span>，收款方 ${escapeHtml(request.sellerId)}</p>
${expiryLine(trade?.expiresAt ?? request.expiresAt, now)}</section>`
  const buttons = [
    button(id, 'pay', '确认付款', ' class="primary"'),
    ...(trade ? [] : [button(id, 'login', '登录支付宝')]),
    button(id, 'fail', '支付失败'),
    button(id, 'quit', '放弃支付'),
  ]
  return page('支付宝收银台', `${details}\n${buttons.join('\n')}`, [request.returnUrl, request.quitUrl])
}

/** Where the buyer ends when the merchant gave no address to go to. */
export const resultPage = (result: 'paid' | 'failed' | 'quit', message: string): Page =>
  page('支付结果', `<section><p data-testid="result" data-result="${result}">${escapeHtml(message)}</p></section>`)

/** Alipay tells the buyer, not the merchant's server, what is wrong with a pay request; with status 200. */
export function errorPage({ code, message }: Refusal): Page {
  const text = code.replace(/^(?:isv|ACQ)\./, '')
  const content = `<section><p>调试错误，请回到请求来源地，重新发起请求。</p>
<p>错误代码 <span data-testid="error-code" data-code="${escapeHtml(code)}">${escapeHtml(text)}</span></p>
<p>错误原因: <span data-testid="error-message">${escapeHtml(message)}</span></p></section>`
  return page('支付宝', content)
}

export const notFoundPage = (): Page => ({
  ...errorPage({ code: 'SESSION_NOT_FOUND', message: '页面不存在或已失效' }),
  status: 404,
})
