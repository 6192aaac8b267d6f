import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const contentTypeByExtension = {
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

function createAssetFromText(name: string, type: keyof typeof contentTypeByExtension, text: string): StaticAsset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { type: contentTypeByExtension[type], text, address: `/assets/${name}-${hash}.${type}` }
}

/** From the sources and from `dist` the way is the same. */
const readPackageFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const readStaticAsset = (name: string, type: keyof typeof contentTypeByExtension) =>
  createAssetFromText(name, type, readPackageFile(`src/school/assets/${name}.${type}`))

const readClientFile = (name: string) =>
  readPackageFile(`dist/client/${name}.js`).replace(/\n\/\/# sourceMappingURL=.*/, '')

/** `@coursepay/http-hono/client` as it is built, with what it imports put into it: one request. */
const clientAsset = createAssetFromText(
  'client',
  'js',
  readClientFile('index').replace(/^import .* from '\.\/([\w-]+)\.js';$/gm, (_, name: string) =>
    readClientFile(name).replace('export ', ''),
  ),
)

const payScriptText = readPackageFile('src/school/assets/pay.js').replace('../../client/index.js', clientAsset.address)

/** The few files that the pages load: all from here, none from elsewhere. */
export const assets = {
  style: readStaticAsset('shop', 'css'),
  client: clientAsset,
  payScript: createAssetFromText('pay', 'js', payScriptText),
  signInScript: readStaticAsset('sign-in', 'js'),
  icon: readStaticAsset('icon', 'svg'),
} as const

/** What the operator's pages load besides. */
export const operatorAssets = {
  style: readStaticAsset('operator', 'css'),
  script: readStaticAsset('operator', 'js'),
} as const

export function toAssetResponse({ text, type }: StaticAsset): Response {
  const headers = {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
  }
  return new Response(text, { headers })
}
