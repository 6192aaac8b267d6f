import type { Actor, BuyerService, Clock, CourseCatalogue, LearningService, OrderService } from '@coursepay/core'
import type { Language, Log, QrRenderer } from '@coursepay/http-hono'
import type { Context } from 'hono'
import type { Sessions } from './session/session.js'
import type { Texts } from './texts/texts.js'

/** What the pages stand on: the services themselves, in this process. */
export interface PagesDeps {
  readonly orders: OrderService
  readonly buyer: BuyerService
  readonly learning: LearningService
  readonly catalogue: CourseCatalogue
  readonly clock: Clock
  readonly qr: QrRenderer
  readonly sessions: Sessions
  /** Without a slash at its end. */
  readonly publicBaseUrl: string
  /** No money moves: the pages say so. */
  readonly sandbox: boolean
  readonly log: Log
}

/** Who looks at a page, and in which language. */
export interface Visitor {
  readonly actor: Actor
  readonly language: Language
  readonly texts: Texts
  readonly sandbox: boolean
}

export interface PageEnv {
  Variables: { visitor: Visitor }
}

export type PageContext = Context<PageEnv>

/** After a form, so that loading the page again never sends it twice. */
export const seeOther = (c: PageContext, path: string): Response => c.redirect(path, 303)
