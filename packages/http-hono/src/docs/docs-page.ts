import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { html } from 'hono/html'
import { referenceStyleHash } from './reference-page.js'

const require = createRequire(import.meta.url)

/** All from here. Swagger UI's own pictures stand in its style as `data:` addresses. */
const cspWithStyleSource = (referenceStyle: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${referenceStyle}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const headersFor = (type: string, referenceStyle = "'self'") => ({
  'Content-Type': `${type}; charset=utf-8`,
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': cspWithStyleSource(referenceStyle),
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
})

/** The interface to read, without scripts: less than 30 kB. */
export const docsPageAnswer = (page: string): Response =>
  new Response(page, { headers: headersFor('text/html', referenceStyleHash) })

/** The files of Swagger UI that its page loads; no other file of the package is handed out. */
const contentTypeBySwaggerUiFile = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
])

/** Null when the application did not install `swagger-ui-dist`: it is an optional peer, of 12 MB. */
export function findSwaggerUi(resolve: (path: string) => string = require.resolve): string | null {
  try {
    return resolve('swagger-ui-dist/package.json').replace(/package\.json$/, '')
  } catch {
    return null
  }
}

/** What is at `/docs/{name}` with Swagger UI in `folder`; null for nothing. */
export function findSwaggerUiFileAnswer(folder: string, name: string): Response | Promise<Response> | null {
  if (name === 'try') return swaggerUiPageAnswer()
  if (name === 'start.js') return swaggerUiStartScriptAnswer()
  const type = contentTypeBySwaggerUiFile.get(name)
  return type === undefined ? null : packageFileAnswer(folder + name, type)
}

async function packageFileAnswer(path: string, type: string): Promise<Response> {
  const headers = { 'Content-Type': type, 'Cache-Control': 'max-age=86400', 'X-Content-Type-Options': 'nosniff' }
  return new Response(await readFile(path), { headers })
}

/** The interface to try: Swagger UI, loaded on demand. Addresses are relative: the app may be mounted under a path. */
async function swaggerUiPageAnswer(): Promise<Response> {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="description" content="Send requests to this checkout and read its answers.">
<title>coursepay: try the HTTP interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui.css">
<script src="swagger-ui-bundle.js" defer></script>
<script src="start.js" defer></script>
</head>
<body><main id="docs"><p><a href="../openapi.json">openapi.json</a></p></main></body>
</html>
`
  return new Response(document.toString(), { headers: headersFor('text/html') })
}

const swaggerUiStartScript = `addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({ url: '../openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null, queryConfigEnabled: false })
})
`

/** Shows the document of this app and sends nothing anywhere else. */
const swaggerUiStartScriptAnswer = (): Response =>
  new Response(swaggerUiStartScript, { headers: headersFor('text/javascript') })
