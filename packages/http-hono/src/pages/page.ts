import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'

const style = `:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--text:#1d2129;--soft:#565d6b;--blue:#1258d6;--ok:#0a7d44;--warn:#a85b00}
@media(prefers-color-scheme:dark){:root{--back:#14161a;--card:#1f2329;--text:#eceef2;--soft:#a9b0bd;--blue:#7fb0ff;--ok:#5ed39a;--warn:#ffb762}}
*{box-sizing:border-box}body{margin:0;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;background:var(--back);color:var(--text)}
main{max-width:26rem;margin:0 auto;padding:12vh 1rem 2rem}
article{background:var(--card);border-radius:1rem;padding:2rem 1.25rem;text-align:center;overflow-wrap:anywhere}
.mark{display:grid;place-items:center;width:3.5rem;height:3.5rem;margin:0 auto 1rem;border:2px solid var(--soft);border-radius:50%;color:var(--soft);font-size:1.75rem;line-height:1}
.ok{border-color:var(--ok);color:var(--ok)}.warn{border-color:var(--warn);color:var(--warn)}
h1,p{text-wrap:balance}h1{font-size:1.25rem;line-height:1.4;margin:0 0 .75rem}p{margin:.5rem 0;color:var(--soft)}small{color:var(--soft)}a{color:var(--blue)}
.go{display:block;min-height:3rem;margin-top:1.25rem;padding:.6875rem;border:1px solid var(--blue);border-radius:.75rem;background:var(--blue);color:var(--card);font-weight:600;text-decoration:none}.go.quiet{margin-top:.75rem;background:none;color:var(--blue)}:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.sum{font-size:2rem;font-weight:600;color:var(--text);margin:0}ol{margin:1.25rem 0;padding:1rem 1rem 1rem 2.5rem;text-align:start;border-radius:.75rem;background:var(--back)}`

/**
 * Looks again while the page is open, and shows what has changed in place, where a screen reader says it. A page that
 * loads itself again would take the place of a reader away.
 */
const script = `const main=document.querySelector('main')
const scheduleNextPoll=()=>{if(main.dataset.again)setTimeout(refresh,main.dataset.seconds*1e3)}
const refresh=async()=>{
const loadedDocument=await fetch(main.dataset.again).then((answer)=>answer.text()).then((text)=>new DOMParser().parseFromString(text,'text/html')).catch(()=>null)
const freshMain=loadedDocument?.querySelector('main')
if(freshMain){
if(loadedDocument.title!==document.title){main.innerHTML=freshMain.innerHTML;document.title=loadedDocument.title}
main.dataset.again=freshMain.dataset.again??'';main.dataset.seconds=freshMain.dataset.seconds??''}
scheduleNextPoll()}
scheduleNextPoll()`

const cspHashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing is loaded; the one style and the one script are allowed by their hashes. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${cspHashOf(style)}`,
  `script-src ${cspHashOf(script)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page's address holds the pay token: no cache stores it and no referrer names it. */
const PAY_PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': contentSecurityPolicy,
}

type Html = ReturnType<typeof html>

/** The sign above the title: good, to be minded, or neither. */
export type StatusIcon = 'ok' | 'warn' | 'none'
const symbolByIcon = { ok: '✓', warn: '!', none: '…' } as const

export interface PageContent {
  /** BCP 47. */
  readonly language: string
  readonly icon: StatusIcon
  readonly title: string
  readonly body: Html
  /** The browser looks at `address` after so many seconds. */
  readonly refresh?: { readonly seconds: number; readonly address: string }
}

/** A whole page of its own. `title` and every value in `content` are escaped by `html`. */
export async function pageAnswer(
  content: PageContent,
  answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const { refresh } = content
  const document = await html`<!doctype html>
<html lang="${content.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
${refresh === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.address}"></noscript>`}
<title>${content.title}</title>
<style>${raw(style)}</style>
</head>
<body><main${refresh === undefined ? '' : html` aria-live="polite" data-seconds="${refresh.seconds}" data-again="${refresh.address}"`}><article><div class="mark ${content.icon}" aria-hidden="true">${symbolByIcon[content.icon]}</div><h1>${content.title}</h1>${content.body}</article></main>${refresh === undefined ? '' : html`<script>${raw(script)}</script>`}</body>
</html>
`
  return new Response(document.toString(), {
    status: answer.status,
    headers: { ...answer.headers, ...PAY_PAGE_HEADERS },
  })
}
