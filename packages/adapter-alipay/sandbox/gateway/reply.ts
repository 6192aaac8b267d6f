import type { ServerResponse } from 'node:http'
import { errorPage } from '../cashier/pages.js'
import type { SandboxClock } from '../clock.js'
import { newTraceId } from '../identifiers.js'
import { signText } from '../signature.js'
import type { SandboxState } from '../state.js'

/** The fields of an answer's node, before they are signed. */
export type AnswerNode = Readonly<Record<string, unknown>>

export const successNode = (fields: AnswerNode): AnswerNode => ({ code: '10000', msg: 'Success', ...fields })

export interface Failure {
  readonly code: string
  readonly subCode: string
  readonly subMessage: string
}

const MESSAGE_BY_CODE: Readonly<Record<string, string>> = {
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
  '40006': 'Insufficient Permissions',
}

export const failureNode = ({ code, subCode, subMessage }: Failure, fields: AnswerNode = {}): AnswerNode => ({
  code,
  msg: MESSAGE_BY_CODE[code] ?? 'Business Failed',
  sub_code: subCode,
  sub_msg: subMessage,
  ...fields,
})

/** `40004 Business Failed`: understood, and refused. */
export const refusalNode = (subCode: string, subMessage: string, fields: AnswerNode = {}): AnswerNode =>
  failureNode({ code: '40004', subCode, subMessage }, fields)

export const invalidParameterNode = (what: string): AnswerNode =>
  refusalNode('ACQ.INVALID_PARAMETER', `参数无效：${what}`)

/** What a method decided, before it becomes bytes. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly method: string
      readonly node: AnswerNode
      /** The gateway itself refuses, before any product sees the call: Alipay does not sign that. */
      readonly isGatewayRefusal?: boolean
    }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'refusal_page'; readonly failure: Failure }

/** An HTTP answer, ready to be sent. */
export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Transmission =
  | { readonly kind: 'send'; readonly reply: HttpReply; readonly delayMs?: number }
  | { readonly kind: 'truncate'; readonly reply: HttpReply }
  | { readonly kind: 'drip'; readonly reply: HttpReply; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'hang' | 'reset' }

type SignatureStyle = 'genuine' | 'absent' | 'spoilt'

interface RenderOptions {
  readonly rootName?: string
  readonly signature?: SignatureStyle
}

/** The name of the node: the method's own, or `error_response` when there is no method. */
export const rootNameOf = (method: string): string =>
  method === '' ? 'error_response' : `${method.replaceAll('.', '_')}_response`

/** The signature covers the node's bytes exactly as sent; Alipay writes `/` as `\/`. */
function renderAnswer(state: SandboxState, reply: Extract<Reply, { kind: 'answer' }>, options: RenderOptions): string {
  const node = JSON.stringify(reply.node).replaceAll('/', '\\/')
  const root = JSON.stringify(options.rootName ?? rootNameOf(reply.method))
  const isUnsigned = reply.isGatewayRefusal === true && !state.signsRefusals
  const { signature = isUnsigned ? 'absent' : 'genuine' } = options
  if (signature === 'absent') return `{${root}:${node}}`
  const signed = signText(signature === 'spoilt' ? `${node} ` : node, state.keys.alipay.privateKey)
  const sn = state.certificateSns ? `"alipay_cert_sn":"${state.certificateSns.alipayCertSn}",` : ''
  return `{${root}:${node},${sn}"sign":"${signed}"}`
}

export const htmlHeaders = { 'content-type': 'text/html;charset=utf-8' }

export function renderReply(state: SandboxState, reply: Reply, options: RenderOptions = {}): HttpReply {
  const headers = { ...htmlHeaders, trace_id: newTraceId() }
  switch (reply.kind) {
    case 'answer':
      return { status: 200, headers, body: renderAnswer(state, reply, options) }
    case 'redirect':
      return { status: 302, headers: { ...headers, location: reply.location }, body: '' }
    case 'refusal_page':
      return errorPage({ code: reply.failure.subCode, message: reply.failure.subMessage })
  }
}

type Drip = Extract<Transmission, { kind: 'drip' }>

export function sendReply(response: ServerResponse, { status, headers, body }: HttpReply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Announces the whole answer, sends half of it, and ends the connection. */
function sendHalf(response: ServerResponse, { status, headers, body }: HttpReply): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
}

/** Sends the answer piece by piece, the first at once. */
function sendInDrips(clock: SandboxClock, response: ServerResponse, { reply, bytes, ms }: Drip): void {
  const whole = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': whole.length })
  const sendFrom = (start: number): void => {
    if (response.destroyed) return
    const end = start + bytes
    response.write(whole.subarray(start, end))
    if (end >= whole.length) response.end()
    else clock.setTimeout(() => sendFrom(end), ms)
  }
  sendFrom(0)
}

/** Carries an outcome out on the connection. */
export function transmit(clock: SandboxClock, response: ServerResponse, outcome: Transmission): void {
  switch (outcome.kind) {
    case 'send':
      if (outcome.delayMs === undefined) sendReply(response, outcome.reply)
      else clock.setTimeout(() => sendReply(response, outcome.reply), outcome.delayMs)
      return
    case 'truncate':
      sendHalf(response, outcome.reply)
      return
    case 'drip':
      sendInDrips(clock, response, outcome)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
      return
  }
}
