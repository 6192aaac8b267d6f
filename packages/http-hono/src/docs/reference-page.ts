import { createHash } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { html, raw } from 'hono/html'
import type { Env } from '../routing/env.js'

type Document = ReturnType<OpenAPIHono<Env>['getOpenAPI31Document']>
type PathItem = NonNullable<Document['paths']>[string]
type Operation = NonNullable<PathItem['get']>
type Html = ReturnType<typeof html>

/** A schema as far as the page shows it. */
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const referenceStyle = `:root{color-scheme:light dark;--back:#fff;--text:#1d2129;--soft:#565d6b;--line:#d5d9e0;--blue:#1258d6}
@media(prefers-color-scheme:dark){:root{--back:#14161a;--text:#eceef2;--soft:#a9b0bd;--line:#3a404a;--blue:#7fb0ff}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:var(--back);color:var(--text)}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem}a{color:var(--blue)}code{overflow-wrap:anywhere}
details{border-top:1px solid var(--line)}summary{padding:.75rem 0;cursor:pointer}p,ul{color:var(--soft);margin:0 0 .75rem}
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}`

export const referenceStyleHash = `'sha256-${createHash('sha256').update(referenceStyle).digest('base64')}'`

/** Every call of a document to read, without scripts. */
export function referencePage(document: Document, { canTry }: { readonly canTry: boolean }): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) => operationsAt(path, item))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="description" content="Every call of this checkout over HTTP: orders, payments, refunds, the course table.">
<title>coursepay: the HTTP interface</title>
<link rel="icon" href="data:,">
<style>${raw(referenceStyle)}</style>
</head>
<body><main>
<h1>The HTTP interface of coursepay</h1>
<p>For programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). ${tryItLine(canTry)}</p>
${(document.tags ?? []).map(
  ({ name, description }) => html`<section>
<h2>${description}</h2>
${operations.filter(({ operation }) => operation.tags?.includes(name)).map(renderCall)}
</section>`,
)}
<section>
<h2>What is sent</h2>
${Object.entries(document.components?.schemas ?? {}).map(renderSchema)}
</section>
</main></body>
</html>
`
}

const tryItLine = (canTry: boolean): Html =>
  canTry
    ? html`To send requests from a page: <a href="docs/try">try it</a> (Swagger UI, 1.5 MB).`
    : html`To send requests from a page, add Swagger UI: <code>npm install swagger-ui-dist</code>.`

interface DocumentedCall {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

const operationsAt = (path: string, item: PathItem): DocumentedCall[] =>
  (['get', 'post', 'delete'] as const).flatMap((method) => {
    const operation = item[method]
    return operation === undefined ? [] : [{ method, path, operation }]
  })

function renderCall({ method, path, operation }: DocumentedCall): Html {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation
  const names = parameters.flatMap((each) => ('name' in each ? [`${each.name}${each.required ? '' : '?'}`] : []))
  const body = requestBody !== undefined && 'content' in requestBody ? schemaTextOfContent(requestBody.content) : ''
  const answers = Object.entries(responses).map(([status, answer]) => renderAnswer(status, Object(answer)))
  return html`<details><summary><strong>${method.toUpperCase()}</strong> <code>${path}</code> ${summary}</summary>
${description === undefined ? '' : html`<p>${description}</p>`}${names.length === 0 ? '' : html`<p>Parameters: <code>${names.join(', ')}</code></p>`}${body === '' ? '' : html`<p>Body: <code>${body}</code></p>`}<ul>${answers}</ul></details>`
}

function renderAnswer(
  status: string,
  { description = '', content = {} }: { description?: string; content?: object },
): Html {
  const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code]) => code)
  const text =
    codes.length > 0 ? codes.join(', ') : [schemaTextOfContent(content), description].filter(Boolean).join(': ')
  return html`<li>${status} ${text}</li>`
}

const schemaTextOfContent = (content: object): string => {
  const [media] = Object.values(content)
  return media?.schema === undefined ? '' : typeTextOf(media.schema)
}

function renderSchema([name, schema]: [string, object]): Html {
  const { properties = {}, required = [] }: Schema = schema
  const members = Object.entries(properties).map(
    ([member, type]) =>
      html`<li><code>${member}${required.includes(member) ? '' : '?'}: ${typeTextOf(type)}</code></li>`,
  )
  return html`<details><summary><code>${name}</code></summary><ul>${members}</ul></details>`
}

function typeTextOf({ $ref, type, enum: values, items }: Schema): string {
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (items !== undefined) return `${typeTextOf(items)}[]`
  return type === undefined ? '' : [type].flat().join(' | ')
}
