import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { assets } from '../assets.js'
import type { PageContext, Visitor } from '../page.js'
import { ActionButton } from './parts.js'

export interface PageModel {
  readonly title: string
  readonly content: Child
  readonly status?: ContentfulStatusCode
  readonly loadsPayScript?: boolean
  readonly scripts?: readonly string[]
  /** Where a browser without scripts looks again, after how many seconds. */
  readonly refresh?: { readonly seconds: number; readonly path: string }
}

/** Nothing from elsewhere, nothing inline; a picture may be in the page itself, as the QR is. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Pages are about one visitor: nobody shall store them. The referrer goes to our own pages only: a form's origin hangs
 * on it.
 */
const SCHOOL_PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
} as const

export function showPage(c: PageContext, parts: PageModel): Response | Promise<Response> {
  const document = <Document parts={parts} visitor={c.var.visitor} path={c.req.path} />
  return c.html(`<!doctype html>\n${String(document)}`, parts.status ?? 200, SCHOOL_PAGE_HEADERS)
}

interface DocumentProps {
  readonly parts: PageModel
  readonly visitor: Visitor
  readonly path: string
}

function Document({ parts, visitor, path }: DocumentProps) {
  const { title, content, loadsPayScript = false, refresh, scripts = [] } = parts
  const { texts, sandbox, shell } = visitor
  return (
    <html lang={texts.tag}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={texts.courseList.text} />
        <title>{`${title} · ${texts.site}`}</title>
        <link rel="icon" href={assets.icon.address} />
        <link rel="stylesheet" href={assets.style.address} />
        {shell.styles.map((address) => (
          <link rel="stylesheet" href={address} />
        ))}
        {[...shell.scripts, ...scripts].map((address) => (
          <script type="module" src={address} />
        ))}
        {loadsPayScript ? <script type="module" src={assets.payScript.address} /> : null}
        {refresh ? (
          <noscript>
            <meta http-equiv="refresh" content={`${refresh.seconds};url=${refresh.path}`} />
          </noscript>
        ) : null}
      </head>
      <body>
        <a class="skip" href="#content">
          {texts.skip}
        </a>
        <SiteHeader visitor={visitor} path={path} />
        <main id="content" tabindex={-1}>
          {content}
        </main>
        {loadsPayScript ? <p id="announcement" class="unseen" role="status" /> : null}
        <footer>
          {shell.signOut === null ? null : <ActionButton path={shell.signOut} label={texts.signIn.out} style="quiet" />}
          {sandbox ? <p>{texts.demoNotice}</p> : null}
        </footer>
      </body>
    </html>
  )
}

function SiteHeader({ visitor, path }: { readonly visitor: Visitor; readonly path: string }) {
  const { texts, shell } = visitor
  return (
    <header>
      <a class="brand" href="/">
        <img src={assets.icon.address} alt="" width="28" height="28" />
        {texts.site}
      </a>
      <nav aria-label={texts.navigation}>
        {shell.links.map(([address, name]) => (
          <a href={address} aria-current={address === path ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  )
}
