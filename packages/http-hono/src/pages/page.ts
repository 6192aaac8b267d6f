import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'

const style =
  'body{margin:0;font:16px/1.6 system-ui,sans-serif;background:#f5f6f8;color:#1f2329}' +
  'main{max-width:26rem;margin:18vh auto 0;padding:2rem 1.5rem;text-align:center}' +
  'h1{font-size:1.25rem}p{color:#4e5969}a{color:#1456d9}'

/** Nothing is loaded or run; the one style is allowed by its hash. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** An address with a pay token is in the browser's bar: nobody shall store it or be told it. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': contentSecurityPolicy,
}

type Html = ReturnType<typeof html>

/** A whole page of its own. `title` and every value in `content` are escaped by `html`. */
export async function pageAnswer(
  content: { readonly title: string; readonly body: Html },
  answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${content.title}</title>
<style>${raw(style)}</style>
</head>
<body><main><h1>${content.title}</h1>${content.body}</main></body>
</html>
`
  return new Response(document.toString(), { status: answer.status, headers: { ...answer.headers, ...headers } })
}
