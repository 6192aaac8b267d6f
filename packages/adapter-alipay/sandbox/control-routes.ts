import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ButtonResult, sandboxBuyer } from './buyer.js'
import { type ConsoleRefund, createControl, resetState } from './control.js'
import { isFaultRule } from './faults/kinds.js'
import { sendReply } from './gateway/reply.js'
import { readBody } from './gateway/request.js'
import { publicKeyPem } from './keys.js'
import type { SandboxState } from './state.js'

/** What a route gets: the part of the path that it names, and the body as JSON. */
interface ControlCall {
  readonly state: SandboxState
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Says what is wrong with a call; answered with 400. */
class BadRequest extends Error {}

type ControlRoute = readonly [method: 'GET' | 'POST' | 'DELETE', path: RegExp, run: (call: ControlCall) => unknown]

/** The control API over HTTP, for tests in any language. Each route answers JSON. */
const ROUTES: readonly ControlRoute[] = [
  ['GET', /^merchant$/, ({ state }) => merchantAnswer(state)],
  ['GET', /^trades$/, ({ state }) => state.trades.list()],
  ['GET', /^trades\/(\w+)$/, ({ state, name }) => state.trades.get(name) ?? null],
  ['POST', /^trades\/(\w+)\/finish$/, ({ state, name }) => createControl(state).finish(name)],
  ['POST', /^trades\/(\w+)\/close$/, ({ state, name }) => createControl(state).closeByTimeout(name)],
  ['POST', /^trades\/(\w+)\/expire$/, ({ state, name }) => createControl(state).expire(name)],
  [
    'POST',
    /^trades\/(\w+)\/refund$/,
    ({ state, name, body }) => createControl(state).refundInConsole(name, readConsoleRefund(body)),
  ],
  ['POST', /^pay$/, ({ body }) => sandboxBuyer.pay(requireText(body, 'payUrl')).then(buttonAnswerOf)],
  ['POST', /^login$/, ({ body }) => sandboxBuyer.login(requireText(body, 'payUrl')).then(buttonAnswerOf)],
  ['GET', /^faults$/, ({ state }) => state.faults.list()],
  ['POST', /^faults$/, ({ state, body }) => addFault(state, body)],
  ['DELETE', /^faults$/, ({ state }) => state.faults.clear()],
  ['GET', /^notifications$/, ({ state }) => state.notifier.list()],
  ['POST', /^notifications\/(\w+)\/redeliver$/, ({ state, name }) => state.notifier.redeliver(name)],
  ['GET', /^requests$/, ({ state }) => state.requestLog.list()],
  ['POST', /^clock$/, ({ state, body }) => advanceClock(state, body)],
  ['POST', /^settled$/, ({ state }) => state.notifier.settled()],
  ['POST', /^reset$/, ({ state }) => resetState(state)],
]

/** `ANY /control/…`. Without the token there is nothing to see: anybody who may call this can pay any order. */
export async function serveControl(state: SandboxState, request: IncomingMessage, response: ServerResponse) {
  const path = new URL(request.url ?? '', 'http://sandbox').pathname.slice('/control/'.length)
  const route = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(path))
  if (state.controlToken === null || route === undefined) return sendJson(response, 404, { error: 'no such route' })
  if (!isAuthorized(request, state.controlToken))
    return sendJson(response, 401, { error: 'the token is wrong or missing' })
  try {
    const body = parseBody(await readBody(request))
    const result = await route[2]({ state, name: route[1].exec(path)?.[1] ?? '', body })
    sendJson(response, 200, result ?? null)
  } catch (error) {
    if (error instanceof RangeError) throw error
    sendJson(response, error instanceof BadRequest ? 400 : 409, {
      error: error instanceof Error ? error.message : 'failed',
    })
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  sendReply(response, { status, headers, body: JSON.stringify(value) })
}

const digest = (text: string) => createHash('sha256').update(text).digest()

const isAuthorized = ({ headers }: IncomingMessage, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))

function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text || '{}')
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    // Answered below like every other text that is no object.
  }
  throw new BadRequest('the body is no JSON object')
}

function requireText(body: ControlCall['body'], name: string): string {
  const value = body[name]
  if (typeof value !== 'string' || value === '') throw new BadRequest(`${name} is missing`)
  return value
}

const buttonAnswerOf = ({ result, errorCode }: ButtonResult) => ({ result, errorCode: errorCode ?? null })

function readConsoleRefund({ amountFen, outRequestNo, reason }: ControlCall['body']): ConsoleRefund {
  if (amountFen !== undefined && typeof amountFen !== 'number') throw new BadRequest('amountFen is no number')
  return {
    ...(amountFen === undefined ? {} : { amountFen }),
    ...(typeof outRequestNo === 'string' ? { outRequestNo } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

function addFault({ faults }: SandboxState, body: ControlCall['body']): null {
  if (!isFaultRule(body)) throw new BadRequest('at or kind names no fault')
  faults.add(body)
  return null
}

async function advanceClock(
  { clock }: SandboxState,
  { advanceMs }: ControlCall['body'],
): Promise<{ readonly now: number }> {
  if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) throw new BadRequest('advanceMs is no number of milliseconds')
  if (clock.advance === undefined) throw new Error('the clock of this sandbox cannot be moved')
  await clock.advance(advanceMs)
  return { now: clock.now() }
}

/** What a merchant needs beside its own private key. */
const merchantAnswer = ({ appId, sellerId, keys }: SandboxState) => ({
  appId,
  sellerId,
  alipayPublicKey: publicKeyPem(keys.alipay.publicKey),
})
