import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultHandle, FaultRule, FaultTable } from '../faults/rules.js'
import { sendReply } from '../gateway/reply.js'
import { readBody } from '../gateway/request.js'
import type { SandboxState } from '../state.js'
import { Cashier, type CashierResult } from './cashier.js'
import { cashierLanguage, cashierPage, errorPage, notFoundPage, type Page, resultPage } from './pages.js'
import type { CashierSession } from './sessions.js'
import type { CashierLanguage, NotifyControl, SwitchControl } from './texts.js'

const LATE_NOTIFY_MS = 10_000

type ControlFault = (outTradeNo: string) => FaultRule

const faultByNotifyControl: Readonly<Record<NotifyControl, ControlFault | null>> = {
  normal: null,
  lost_once: (outTradeNo) => ({ at: 'notify', kind: 'drop', times: 1, outTradeNo }),
  lost: (outTradeNo) => ({ at: 'notify', kind: 'drop', outTradeNo }),
  late: (outTradeNo) => ({ at: 'notify', kind: 'delay', ms: LATE_NOTIFY_MS, times: 1, outTradeNo }),
  repeated: (outTradeNo) => ({ at: 'notify', kind: 'duplicate', copies: 3, outTradeNo }),
}

const faultBySwitchControl: Readonly<Record<SwitchControl, ControlFault>> = {
  double_pay: (outTradeNo) => ({ at: 'cashier', kind: 'double_pay', outTradeNo }),
  after_expiry: (outTradeNo) => ({ at: 'cashier', kind: 'pay_after_expiry', outTradeNo }),
  never_return: (outTradeNo) => ({ at: 'cashier_return', kind: 'never_return', outTradeNo }),
}

/** What the panels put in, by trade: a new choice takes the place of the one before. */
const panelFaults = new WeakMap<FaultTable, Map<string, readonly FaultHandle[]>>()

/**
 * Applies the fault controls of one trade as a form sets them. A request without the panel leaves everything as it is.
 */
function applyFaultControls(faults: FaultTable, outTradeNo: string, form: URLSearchParams): void {
  const notify = form.get('notify')
  if (notify === null || !Object.hasOwn(faultByNotifyControl, notify)) return
  const chosen = [
    faultByNotifyControl[notify as NotifyControl],
    ...Object.entries(faultBySwitchControl).map(([name, fault]) => (form.has(name) ? fault : null)),
  ].filter((fault) => fault !== null)
  const byTrade = panelFaults.get(faults) ?? new Map<string, readonly FaultHandle[]>()
  panelFaults.set(faults, byTrade)
  for (const handle of byTrade.get(outTradeNo) ?? []) handle.remove()
  byTrade.set(
    outTradeNo,
    chosen.map((fault) => faults.add(fault(outTradeNo))),
  )
}

const CASHIER_PATH_PATTERN = /^\/cashier\/([0-9a-f]{32})(?:\/(login|pay|fail|quit))?$/

type Button = 'login' | 'pay' | 'fail' | 'quit'

/** After a form the browser is sent on with 303, so that reloading never presses a button twice. */
const seeOther = (location: string): Page => ({
  status: 303,
  headers: { location, 'cache-control': 'no-store' },
  body: '',
})

/** One request of a buyer's browser. */
interface CashierRequest {
  readonly state: SandboxState
  readonly session: CashierSession
  readonly language: CashierLanguage
}

function showResult({ session, language }: CashierRequest, result: CashierResult): Page {
  const redirectOrPage = (kind: 'paid' | 'quit', url: string | undefined) =>
    url === undefined ? resultPage(kind, session, language) : seeOther(url)
  switch (result.kind) {
    case 'refused':
      return errorPage(result.refusal, language)
    case 'logged_in':
      return seeOther(`/cashier/${session.id}`)
    case 'paid':
      return redirectOrPage('paid', result.returnUrl)
    case 'failed':
      return resultPage('failed', session, language)
    case 'quit':
      return redirectOrPage('quit', result.quitUrl)
  }
}

function showCashier({ state, session, language }: CashierRequest): Page {
  const cashier = new Cashier(state)
  const refusal = cashier.refusalOf(session)
  if (refusal) return errorPage(refusal, language)
  return cashierPage({ session, trade: cashier.tradeOf(session), now: state.clock.now(), language })
}

function pressButton(cashierRequest: CashierRequest, button: Button, body: string): Page {
  const { state, session } = cashierRequest
  const form = new URLSearchParams(body)
  applyFaultControls(state.faults, session.request.outTradeNo, form)
  return showResult(cashierRequest, new Cashier(state)[button](session, form.get('buyer_id') || undefined))
}

/** `GET /cashier/:session` and `POST /cashier/:session/{login,pay,fail,quit}`. */
export async function serveCashier(state: SandboxState, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '', 'http://sandbox')
  const [, id = '', button] = CASHIER_PATH_PATTERN.exec(pathname) ?? []
  const body = request.method === 'POST' ? await readBody(request) : ''
  const session = state.sessions.get(id)
  if (!session) return sendReply(response, notFoundPage())
  const cashierRequest = { state, session, language: cashierLanguage(request.headers['accept-language']) }
  if (request.method === 'POST' && button)
    return sendReply(response, pressButton(cashierRequest, button as Button, body))
  if (request.method === 'GET' && !button) return sendReply(response, showCashier(cashierRequest))
  sendReply(response, { status: 405, headers: { allow: button ? 'POST' : 'GET' }, body: '' })
}
