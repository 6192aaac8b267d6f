import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock, OperatorService, OperatorViews, OrderService, PaymentCallbacks } from '@coursepay/core'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import type { Scheduler } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { createInMemorySessions, type Sessions } from '../authentication/sessions.js'
import { describeErrorWithoutMessage, type Log } from '../log.js'
import { type WriteLimit, type WriteLimiter, writeLimiterOrUnlimited } from '../routing/write-limit.js'
import type { Branding } from '../school/page.js'
import { mountOperatorPages } from './mount-operator-pages.js'
import { createSampleHistory, type SampleSources, withCountedNotifications } from './samples.js'

export interface OperatorConsoleOptions extends SampleSources {
  readonly orders: OrderService
  readonly operator: OperatorService
  readonly views: OperatorViews
  readonly payments: PaymentCallbacks
  /** Reads the bearer token that an operator signs in with. */
  readonly authenticate: Authenticate
  /** Signs an operator in without a token, as often as it is used: for a demo; null: with a token alone. */
  readonly code: string | null
  /** Without a slash at its end. */
  readonly publicBaseUrl: string
  /** No money moves: the pages say so. */
  readonly sandbox: boolean
  readonly branding?: Branding
  /** That of the API, so that an operator has one limit. */
  readonly writeLimit?: WriteLimit | WriteLimiter | null | undefined
  readonly log: Log
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
  /** When it aborts, no more figures are taken. */
  readonly closing?: AbortSignal | undefined
}

export interface OperatorConsole {
  /** The same callbacks, whose notifications the console counts: give these to the app. */
  readonly payments: PaymentCallbacks
  /** Hangs the console under `/operator`. */
  mount(app: Hono): void
}

/** The operator console. Takes figures of the store every few seconds until `closing`. */
export function operatorConsole(options: OperatorConsoleOptions): OperatorConsole {
  const { authenticate, publicBaseUrl, log, code, branding = {}, closing } = options
  const { clock = systemClock, scheduler = systemScheduler } = options
  const { callbacks, verdicts } = withCountedNotifications(options.payments)
  const onError = (error: unknown) => log.error({ event: 'sampling_failed', ...describeErrorWithoutMessage(error) })
  const history = createSampleHistory(options, verdicts, { clock, scheduler, onError })
  history.worker.start()
  closing?.addEventListener('abort', () => void history.worker.stop())
  const sessions = createOperatorSessions(authenticate, publicBaseUrl.startsWith('https:'))
  return {
    payments: callbacks,
    mount: (app) =>
      mountOperatorPages(app, {
        ...{ ...options, branding, history, operatorSessions: sessions, isCode: createSignInCodeCheck(code) },
        writeLimit: writeLimiterOrUnlimited(options.writeLimit, clock),
      }),
  }
}

/**
 * Operators' sessions have a cookie of their own, which only the operator's pages are sent. One ends on sign-out and
 * with its token.
 */
const createOperatorSessions = (authenticate: Authenticate, secure: boolean): Sessions =>
  createInMemorySessions({ authenticate, secure, cookie: 'coursepay_operator', path: '/operator', sameSite: 'Strict' })

/** Answers true for this code; null is no code at all. */
function createSignInCodeCheck(code: string | null): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const wanted = code === null ? null : digest(code)
  return (given) => wanted !== null && timingSafeEqual(wanted, digest(given))
}
