import { html } from 'hono/html'

/**
 * All from here. Swagger UI's own pictures stand in its style as `data:` addresses; it runs nothing that is made from
 * text.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': contentSecurityPolicy,
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/** Addresses are relative: the app may be mounted under a path. */
export async function docsPage(): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>coursepay: the HTTP interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<script src="docs/swagger-ui-bundle.js" defer></script>
<script src="docs/start.js" defer></script>
</head>
<body><main id="docs"><p><a href="openapi.json">openapi.json</a></p></main></body>
</html>
`
  return new Response(document.toString(), { headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' } })
}

const start = `addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, queryConfigEnabled: false })
})
`

/** Shows the document of this app and sends nothing anywhere else. */
export const docsScript = (): Response =>
  new Response(start, { headers: { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' } })

/** Where Swagger UI is not installed. */
export async function plainDocsPage(): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>coursepay: the HTTP interface</title></head>
<body><p>The interface is described in <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>To read and try it on this page, add Swagger UI to the application: <code>npm install swagger-ui-dist</code></p></body>
</html>
`
  return new Response(document.toString(), { headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' } })
}
