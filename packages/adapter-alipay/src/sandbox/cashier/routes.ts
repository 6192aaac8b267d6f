import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../gateway/parameters.js'
import { sendReply } from '../gateway/transmit.js'
import type { SandboxState } from '../state.js'
import { Cashier, type CashierResult } from './cashier.js'
import { cashierPage, errorPage, notFoundPage, type Page, resultPage } from './pages.js'
import type { CashierSession } from './sessions.js'

const PATH = /^\/cashier\/([0-9a-f]{32})(?:\/(login|pay|fail|quit))?$/

type Button = 'login' | 'pay' | 'fail' | 'quit'

/** After a form the browser is sent on with 303, so that reloading never presses a button twice. */
const seeOther = (location: string): Page => ({
  status: 303,
  headers: { location, 'cache-control': 'no-store' },
  body: '',
})

function showResult(session: CashierSession, result: CashierResult): Page {
  switch (result.kind) {
    case 'refused':
      return errorPage(result.refusal)
    case 'logged_in':
      return seeOther(`/cashier/${session.id}`)
    case 'paid':
      return result.returnUrl === undefined ? resultPage('paid', '付款成功') : seeOther(result.returnUrl)
    case 'failed':
      return resultPage('failed', '支付失败，请返回重试')
    case 'quit':
      return result.quitUrl === undefined ? resultPage('quit', '已放弃支付') : seeOther(result.quitUrl)
  }
}

function show(state: SandboxState, session: CashierSession): Page {
  const cashier = new Cashier(state)
  const refusal = cashier.refusal(session)
  return refusal ? errorPage(refusal) : cashierPage(session, cashier.tradeOf(session), state.clock.now())
}

function press(state: SandboxState, session: CashierSession, button: Button, body: string): Page {
  const buyerId = new URLSearchParams(body).get('buyer_id') || undefined
  return showResult(session, new Cashier(state)[button](session, buyerId))
}

/** `GET /cashier/:session` and `POST /cashier/:session/{login,pay,fail,quit}`. */
export async function serveCashier(state: SandboxState, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '', 'http://sandbox')
  const [, id = '', button] = PATH.exec(pathname) ?? []
  const body = request.method === 'POST' ? await readBody(request) : ''
  const session = state.sessions.get(id)
  if (!session) return sendReply(response, notFoundPage())
  if (request.method === 'POST' && button) return sendReply(response, press(state, session, button as Button, body))
  if (request.method === 'GET' && !button) return sendReply(response, show(state, session))
  sendReply(response, { status: 405, headers: { allow: button ? 'POST' : 'GET' }, body: '' })
}
