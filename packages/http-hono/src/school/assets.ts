import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const contentTypes = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const

interface StaticAsset {
  readonly type: string
  readonly text: string
  /** Changes with the content, so that a browser may keep it for ever. */
  readonly address: string
}

function assetOf(name: string, type: keyof typeof contentTypes, text: string): StaticAsset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { type: contentTypes[type], text, address: `/assets/${name}-${hash}.${type}` }
}

/** From the sources and from `dist` the way is the same. */
const readPackageFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const readAsset = (name: string, type: keyof typeof contentTypes) =>
  assetOf(name, type, readPackageFile(`src/school/assets/${name}.${type}`))

const readClient = (name: string) =>
  readPackageFile(`dist/client/${name}.js`).replace(/\n\/\/# sourceMappingURL=.*/, '')

/** `@coursepay/http-hono/client` as it is built, with what it imports put into it: one request. */
const client = assetOf(
  'client',
  'js',
  readClient('index').replace(/^import .* from '\.\/([\w-]+)\.js';$/gm, (_, name: string) =>
    readClient(name).replace('export ', ''),
  ),
)

const payScript = readPackageFile('src/school/assets/pay.js').replace('../../client/index.js', client.address)

/** The few files that the pages load: all from here, none from elsewhere. */
export const assets = {
  style: readAsset('shop', 'css'),
  client,
  payScript: assetOf('pay', 'js', payScript),
  signInScript: readAsset('sign-in', 'js'),
  icon: readAsset('icon', 'svg'),
} as const

/** What the operator's pages load besides. */
export const operatorAssets = {
  style: readAsset('operator', 'css'),
  script: readAsset('operator', 'js'),
} as const

export function assetAnswer({ text, type }: StaticAsset): Response {
  const headers = {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
  }
  return new Response(text, { headers })
}
