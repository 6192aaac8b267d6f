import type { GatewayFault } from '../faults/gateway.js'
import { formatYuan, parseYuan } from '../formats.js'
import type { SandboxState } from '../state.js'
import {
  type AnswerNode,
  failureNode,
  type HttpReply,
  htmlHeaders,
  type Reply,
  renderReply,
  rootNameOf,
  type Transmission,
} from './reply.js'

/** A call that a fault may hit. `reply` is absent when the call was not processed. */
export interface FaultyCall {
  readonly state: SandboxState
  readonly method: string
  readonly outTradeNo: string
  readonly reply: Reply | undefined
}

type FaultOf<Kind extends GatewayFault['kind']> = Extract<GatewayFault, { kind: Kind }>
type Transmissions = {
  readonly [Kind in GatewayFault['kind']]: (call: FaultyCall, fault: FaultOf<Kind>) => Transmission
}

const send = (reply: HttpReply): Transmission => ({ kind: 'send', reply })

const sendText = (body: string, status = 200): Transmission => send({ status, headers: htmlHeaders, body })

const sendAnswer = ({ state, method }: FaultyCall, node: AnswerNode, options = {}): Transmission =>
  send(renderReply(state, { kind: 'answer', method, node }, options))

/** The genuine reply as it would have gone out. */
const genuineReply = ({ state, reply }: FaultyCall, options = {}): HttpReply =>
  reply ? renderReply(state, reply, options) : { status: 500, headers: htmlHeaders, body: '' }

const UNKNOWN_FAILURE = { code: '20000', subCode: 'isp.unknow-error', subMessage: '系统繁忙' }
const SYSTEM_FAILURE = { code: '40004', subCode: 'ACQ.SYSTEM_ERROR', subMessage: '系统繁忙' }

const AMOUNT_FIELDS: ReadonlySet<string> = new Set(['total_amount', 'refund_fee', 'refund_amount'])

function addOneFen(node: AnswerNode): AnswerNode {
  const changedMembers = Object.entries(node).map(([name, value]) => {
    const fen = AMOUNT_FIELDS.has(name) ? parseYuan(value) : undefined
    return [name, fen === undefined ? value : formatYuan(fen + 1)]
  })
  return Object.fromEntries(changedMembers)
}

/** The genuine answer with another node, signed; a page stays as it is. */
const sendChangedAnswer = (call: FaultyCall, change: (node: AnswerNode) => AnswerNode): Transmission =>
  call.reply?.kind === 'answer' ? sendAnswer(call, change(call.reply.node)) : send(genuineReply(call))

const transmissionByKind: Transmissions = {
  http_status: (_call, { status, location }) =>
    send({ status, headers: location === undefined ? htmlHeaders : { ...htmlHeaders, location }, body: '' }),
  hang: () => ({ kind: 'hang' }),
  delay: (call, { ms }) => ({ kind: 'send', reply: genuineReply(call), delayMs: ms }),
  reset_before_processing: () => ({ kind: 'reset' }),
  reset_after_processing: () => ({ kind: 'reset' }),
  html_body: () => sendText('<html><body>系统维护中</body></html>'),
  empty_body: () => sendText(''),
  long_answer: (call, { bytes }) => {
    const reply = genuineReply(call)
    return send({ ...reply, body: ' '.repeat(bytes) + reply.body })
  },
  truncate: (call) => ({ kind: 'truncate', reply: genuineReply(call) }),
  drip: (call, { bytes, ms }) => ({ kind: 'drip', reply: genuineReply(call), bytes, ms }),
  unknown_error: (call) => sendAnswer(call, failureNode(UNKNOWN_FAILURE)),
  system_error: (call) => sendAnswer(call, failureNode(SYSTEM_FAILURE)),
  unsigned: (call) => send(genuineReply(call, { signature: 'absent' })),
  bad_sign: (call) => send(genuineReply(call, { signature: 'spoilt' })),
  appended_node: (call, { fields, spelling = 'plain' }) => {
    const reply = genuineReply(call)
    const name = rootNameOf(call.method).replace('_', spelling === 'plain' ? '_' : '\\u005f')
    return send({ ...reply, body: `${reply.body.slice(0, -1)},"${name}":${JSON.stringify(fields)}}` })
  },
  replay_other_trade_response: ({ state, method, outTradeNo }) => {
    const body = state.sentAnswers.findOfOtherTrade(method, outTradeNo)
    return body === undefined ? sendText('no answer about another trade to replay', 500) : sendText(body)
  },
  wrong_amount_in_response: (call) => sendChangedAnswer(call, addOneFen),
  changed_answer: (call, { fields }) => sendChangedAnswer(call, (node) => ({ ...node, ...fields })),
  sub_code: (call, { code, gatewayCode = '40004', message = '业务处理失败' }) =>
    send(
      renderReply(call.state, {
        kind: 'answer',
        method: call.method,
        node: failureNode({ code: gatewayCode, subCode: code, subMessage: message }),
        isGatewayRefusal: gatewayCode !== '40004',
      }),
    ),
  error_response: (call, { signed = false }) =>
    sendAnswer(call, failureNode(UNKNOWN_FAILURE), {
      rootName: rootNameOf(''),
      signature: signed ? 'genuine' : 'absent',
    }),
}

/** The outcome under the fault; without one, the genuine reply. */
export function transmissionOf(call: FaultyCall, fault: GatewayFault | undefined): Transmission {
  if (fault === undefined) return send(genuineReply(call))
  const outcome = transmissionByKind[fault.kind] as (call: FaultyCall, fault: GatewayFault) => Transmission
  return outcome(call, fault)
}
