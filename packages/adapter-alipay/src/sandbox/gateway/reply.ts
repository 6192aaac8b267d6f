import { errorPage } from '../cashier/pages.js'
import { newTraceId } from '../identifiers.js'
import { signText } from '../signature.js'
import type { SandboxState } from '../state.js'
import type { AnswerNode, Failure } from './answer.js'

/** What a method decided, before it becomes bytes. */
export type Reply =
  | { readonly kind: 'answer'; readonly method: string; readonly node: AnswerNode }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'refusal_page'; readonly failure: Failure }

/** An HTTP answer, ready to be sent. */
export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type SignatureStyle = 'genuine' | 'absent' | 'spoilt'

export interface RenderOptions {
  readonly root?: string
  readonly signature?: SignatureStyle
}

/** The name of the node: the method's own, or `error_response` when there is no method. */
export const rootOf = (method: string): string =>
  method === '' ? 'error_response' : `${method.replaceAll('.', '_')}_response`

/** The signature covers the node's bytes exactly as sent; Alipay writes `/` as `\/`. */
function renderAnswer(state: SandboxState, reply: Extract<Reply, { kind: 'answer' }>, options: RenderOptions): string {
  const node = JSON.stringify(reply.node).replaceAll('/', '\\/')
  const root = JSON.stringify(options.root ?? rootOf(reply.method))
  const { signature = 'genuine' } = options
  if (signature === 'absent') return `{${root}:${node}}`
  const signed = signText(signature === 'spoilt' ? `${node} ` : node, state.keys.alipay.privateKey)
  const sn = state.certificateNumbers ? `"alipay_cert_sn":"${state.certificateNumbers.alipayCertSn}",` : ''
  return `{${root}:${node},${sn}"sign":"${signed}"}`
}

export const htmlHeaders = { 'content-type': 'text/html;charset=utf-8' }

export function render(state: SandboxState, reply: Reply, options: RenderOptions = {}): RawReply {
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
