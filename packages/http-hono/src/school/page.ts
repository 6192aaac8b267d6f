import {
  type Actor,
  type BuyerService,
  CheckoutError,
  type Clock,
  type LearningService,
  type OrderService,
} from '@coursepay/core'
import type { CourseCatalogue, Tracer } from '@coursepay/core/ports'
import type { Context, MiddlewareHandler } from 'hono'
import type { Log } from '../log.js'
import type { Language } from '../pages/browser.js'
import type { QrRenderer } from '../qr-code.js'
import type { WriteLimit, WriteLimiter } from '../routing/write-limit.js'
import type { SchoolTexts } from './texts/school-texts.js'

/** Who looks at the pages. */
export interface VisitorSessions {
  /** Null: nobody is signed in. */
  find(request: Request): Promise<Pick<Actor, 'userId'> | null>
  /**
   * Makes up somebody for a new browser, and the value of a `Set-Cookie` header to know him by. Absent: strangers have
   * to sign in.
   */
  createGuest?(): Promise<{ readonly visitor: Pick<Actor, 'userId'>; readonly setCookie: string }>
  /** Signs the visitor out; the value of a `Set-Cookie` header. Absent: there is nothing to sign out of. */
  signOut?(request: Request): string
}

/** What the pages stand on: the services themselves, in this process. */
export interface PagesDeps {
  readonly orders: OrderService
  readonly buyer: BuyerService
  readonly learning: LearningService
  readonly catalogue: CourseCatalogue
  readonly clock: Clock
  readonly qr: QrRenderer
  readonly visitors: VisitorSessions
  /**
   * Where somebody who has to sign in is sent, with the address to come back to as `return`; null: a page says what to
   * do.
   */
  readonly loginUrl: string | null
  /** Without a slash at its end. */
  readonly publicBaseUrl: string
  /** No money moves: the pages say so. */
  readonly sandbox: boolean
  readonly branding: Branding
  /** That of the API, so that a user has one limit. */
  readonly writeLimit: WriteLimit | WriteLimiter | null
  readonly log: Log
  /** As in `CheckoutAppDeps`. */
  readonly tracer?: Tracer | undefined
}

/** What a school changes: its name and other texts, and a style sheet on its own address that comes after ours. */
export interface Branding {
  readonly texts?: Readonly<Partial<Record<Language, Partial<SchoolTexts>>>>
  readonly styleSheet?: string
}

export interface PageLayoutOptions {
  readonly links: readonly (readonly [path: string, name: string])[]
  readonly styles: readonly string[]
  readonly scripts: readonly string[]
  /** Where a form signs out; null without one. */
  readonly signOut: string | null
}

/** Who looks at a page, and in which language. */
export interface Visitor {
  /** Null: nobody is signed in. */
  readonly actor: Actor | null
  readonly language: Language
  readonly texts: SchoolTexts
  readonly sandbox: boolean
  readonly shell: PageLayoutOptions
}

export interface PageEnv {
  Variables: { visitor: Visitor }
}

export type PageContext = Context<PageEnv>

/** Redirects, too, tell the browser to guess no type. */
export const withoutSniffing: MiddlewareHandler = async (c, next) => {
  c.header('X-Content-Type-Options', 'nosniff')
  await next()
}

/** Who is signed in. Throws `not_authenticated`. */
export function actorOf(c: PageContext): Actor {
  const { actor } = c.var.visitor
  if (actor === null) throw new CheckoutError('not_authenticated', 'Nobody is signed in. Sign in first.')
  return actor
}

/** After a form, so that loading the page again never sends it twice. */
export const seeOther = (c: PageContext, path: string): Response => c.redirect(path, 303)

export const PAGE_SIZE = 10

/** The page that an address asks for, from 1; what is no page is the first. */
export function readPageNumber(c: PageContext): number {
  const page = c.req.query('page') ?? ''
  return /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1
}

export const lastPageNumberOf = (total: number): number => Math.ceil(total / PAGE_SIZE)
