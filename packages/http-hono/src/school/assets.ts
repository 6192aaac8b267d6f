import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const

interface Asset {
  readonly type: string
  readonly text: string
  /** Changes with the content, so that a browser may keep it for ever. */
  readonly address: string
}

/** Read as they stand beside the sources; from `dist` the way is the same. */
function readAsset(name: string, type: keyof typeof types): Asset {
  const text = readFileSync(new URL(`../../src/school/assets/${name}.${type}`, import.meta.url), 'utf8')
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { type: types[type], text, address: `/assets/${name}-${hash}.${type}` }
}

/** The few files that the pages load: all from here, none from elsewhere. */
export const assets = {
  style: readAsset('shop', 'css'),
  payScript: readAsset('pay', 'js'),
  signInScript: readAsset('sign-in', 'js'),
  icon: readAsset('icon', 'svg'),
} as const

/** What the operator's pages load besides. */
export const operatorAssets = {
  style: readAsset('operator', 'css'),
  script: readAsset('operator', 'js'),
} as const

export function assetAnswer({ text, type }: Asset): Response {
  const headers = {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
  }
  return new Response(text, { headers })
}
