import { createHash } from 'node:crypto'
import { escapeHtml } from '../html.js'
import type { CashierTexts } from './texts.js'

/** A page, ready to be sent. */
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

export interface PageContent {
  readonly title: string
  readonly content: string
  /** Where a form may lead beside the cashier itself. */
  readonly formTargets?: readonly (string | undefined)[]
}

/** The frame of every page. `content` is HTML. */
export function framed({ title, content, formTargets = [] }: PageContent, texts: CashierTexts): Page {
  const body = `<!doctype html>
<html lang="${texts.tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><header><h1>${texts.cashier}</h1><p>${texts.sandbox}</p></header><main>
${content}
</main></body></html>`
  return { status: 200, headers: securityHeaders(formTargets), body }
}
