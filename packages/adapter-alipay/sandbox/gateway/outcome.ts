import type { GatewayFault } from '../faults/gateway.js'
import { formatYuan, parseYuan } from '../formats.js'
import type { SandboxState } from '../state.js'
import {
  type AnswerNode,
  failureNode,
  htmlHeaders,
  type Outcome,
  type RawReply,
  type Reply,
  render,
  rootOf,
} from './reply.js'

/** A call that a fault may hit. `reply` is absent when the call was not processed. */
export interface FaultyCall {
  readonly state: SandboxState
  readonly method: string
  readonly outTradeNo: string
  readonly reply: Reply | undefined
}

type FaultOf<Kind extends GatewayFault['kind']> = Extract<GatewayFault, { kind: Kind }>
type Outcomes = {
  readonly [Kind in GatewayFault['kind']]: (call: FaultyCall, fault: FaultOf<Kind>) => Outcome
}

const send = (reply: RawReply): Outcome => ({ kind: 'send', reply })

const plain = (body: string, status = 200): Outcome => send({ status, headers: htmlHeaders, body })

const answer = ({ state, method }: FaultyCall, node: AnswerNode, options = {}): Outcome =>
  send(render(state, { kind: 'answer', method, node }, options))

/** The genuine reply as it would have gone out. */
const genuine = ({ state, reply }: FaultyCall, options = {}): RawReply =>
  reply ? render(state, reply, options) : { status: 500, headers: htmlHeaders, body: '' }

const UNKNOWN = { code: '20000', subCode: 'isp.unknow-error', subMessage: '系统繁忙' }
const SYSTEM = { code: '40004', subCode: 'ACQ.SYSTEM_ERROR', subMessage: '系统繁忙' }

const AMOUNT_FIELDS: ReadonlySet<string> = new Set(['total_amount', 'refund_fee', 'refund_amount'])

function oneFenMore(node: AnswerNode): AnswerNode {
  const changed = Object.entries(node).map(([name, value]) => {
    const fen = AMOUNT_FIELDS.has(name) ? parseYuan(value) : undefined
    return [name, fen === undefined ? value : formatYuan(fen + 1)]
  })
  return Object.fromEntries(changed)
}

/** The genuine answer with another node, signed; a page stays as it is. */
const changed = (call: FaultyCall, change: (node: AnswerNode) => AnswerNode): Outcome =>
  call.reply?.kind === 'answer' ? answer(call, change(call.reply.node)) : send(genuine(call))

const outcomes: Outcomes = {
  http_status: (_call, { status, location }) =>
    send({ status, headers: location === undefined ? htmlHeaders : { ...htmlHeaders, location }, body: '' }),
  hang: () => ({ kind: 'hang' }),
  delay: (call, { ms }) => ({ kind: 'send', reply: genuine(call), delayMs: ms }),
  reset_before_processing: () => ({ kind: 'reset' }),
  reset_after_processing: () => ({ kind: 'reset' }),
  html_body: () => plain('<html><body>系统维护中</body></html>'),
  empty_body: () => plain(''),
  long_answer: (call, { bytes }) => {
    const reply = genuine(call)
    return send({ ...reply, body: ' '.repeat(bytes) + reply.body })
  },
  truncate: (call) => ({ kind: 'truncate', reply: genuine(call) }),
  drip: (call, { bytes, ms }) => ({ kind: 'drip', reply: genuine(call), bytes, ms }),
  unknown_error: (call) => answer(call, failureNode(UNKNOWN)),
  system_error: (call) => answer(call, failureNode(SYSTEM)),
  unsigned: (call) => send(genuine(call, { signature: 'absent' })),
  bad_sign: (call) => send(genuine(call, { signature: 'spoilt' })),
  appended_node: (call, { fields, spelling = 'plain' }) => {
    const reply = genuine(call)
    const name = rootOf(call.method).replace('_', spelling === 'plain' ? '_' : '\\u005f')
    return send({ ...reply, body: `${reply.body.slice(0, -1)},"${name}":${JSON.stringify(fields)}}` })
  },
  replay_other_trade_response: ({ state, method, outTradeNo }) => {
    const body = state.answers.ofOtherTrade(method, outTradeNo)
    return body === undefined ? plain('no answer about another trade to replay', 500) : plain(body)
  },
  wrong_amount_in_response: (call) => changed(call, oneFenMore),
  changed_answer: (call, { fields }) => changed(call, (node) => ({ ...node, ...fields })),
  sub_code: (call, { code, gatewayCode = '40004', message = '业务处理失败' }) =>
    send(
      render(call.state, {
        kind: 'answer',
        method: call.method,
        node: failureNode({ code: gatewayCode, subCode: code, subMessage: message }),
        isGatewayRefusal: gatewayCode !== '40004',
      }),
    ),
  error_response: (call, { signed = false }) =>
    answer(call, failureNode(UNKNOWN), { root: rootOf(''), signature: signed ? 'genuine' : 'absent' }),
}

/** The outcome under the fault; without one, the genuine reply. */
export function outcomeOf(call: FaultyCall, fault: GatewayFault | undefined): Outcome {
  if (fault === undefined) return send(genuine(call))
  const outcome = outcomes[fault.kind] as (call: FaultyCall, fault: GatewayFault) => Outcome
  return outcome(call, fault)
}
