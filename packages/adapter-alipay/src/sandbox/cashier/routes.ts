import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../gateway/parameters.js'
import { sendReply } from '../gateway/transmit.js'
import type { SandboxState } from '../state.js'
import { Cashier, type CashierResult } from './cashier.js'
import type { Page } from './frame.js'
import { turnKnobs } from './knobs.js'
import { type CashierLanguage, cashierLanguage } from './language.js'
import { cashierPage, errorPage, notFoundPage, resultPage } from './pages.js'
import type { CashierSession } from './sessions.js'

const PATH = /^\/cashier\/([0-9a-f]{32})(?:\/(login|pay|fail|quit))?$/

type Button = 'login' | 'pay' | 'fail' | 'quit'

/** After a form the browser is sent on with 303, so that reloading never presses a button twice. */
const seeOther = (location: string): Page => ({
  status: 303,
  headers: { location, 'cache-control': 'no-store' },
  body: '',
})

/** One request of a buyer's browser. */
interface Visit {
  readonly state: SandboxState
  readonly session: CashierSession
  readonly language: CashierLanguage
}

function showResult({ session, language }: Visit, result: CashierResult): Page {
  const ends = (kind: 'paid' | 'quit', url: string | undefined) =>
    url === undefined ? resultPage(kind, session, language) : seeOther(url)
  switch (result.kind) {
    case 'refused':
      return errorPage(result.refusal, language)
    case 'logged_in':
      return seeOther(`/cashier/${session.id}`)
    case 'paid':
      return ends('paid', result.returnUrl)
    case 'failed':
      return resultPage('failed', session, language)
    case 'quit':
      return ends('quit', result.quitUrl)
  }
}

function show({ state, session, language }: Visit): Page {
  const cashier = new Cashier(state)
  const refusal = cashier.refusal(session)
  if (refusal) return errorPage(refusal, language)
  return cashierPage({ session, trade: cashier.tradeOf(session), now: state.clock.now(), language })
}

function press(visit: Visit, button: Button, body: string): Page {
  const { state, session } = visit
  const form = new URLSearchParams(body)
  turnKnobs(state.faults, session.request.outTradeNo, form)
  return showResult(visit, new Cashier(state)[button](session, form.get('buyer_id') || undefined))
}

/** `GET /cashier/:session` and `POST /cashier/:session/{login,pay,fail,quit}`. */
export async function serveCashier(state: SandboxState, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '', 'http://sandbox')
  const [, id = '', button] = PATH.exec(pathname) ?? []
  const body = request.method === 'POST' ? await readBody(request) : ''
  const session = state.sessions.get(id)
  if (!session) return sendReply(response, notFoundPage())
  const visit = { state, session, language: cashierLanguage(request.headers['accept-language']) }
  if (request.method === 'POST' && button) return sendReply(response, press(visit, button as Button, body))
  if (request.method === 'GET' && !button) return sendReply(response, show(visit))
  sendReply(response, { status: 405, headers: { allow: button ? 'POST' : 'GET' }, body: '' })
}
