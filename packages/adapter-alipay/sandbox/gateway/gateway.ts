import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GatewayFault, isCallProcessed } from '../faults/gateway.js'
import type { SignatureVerdict } from '../history.js'
import type { SandboxState } from '../state.js'
import { PAGE_METHODS, SERVER_METHODS } from './methods.js'
import { type FaultyCall, transmissionOf } from './outcome.js'
import { type Failure, failureNode, type Reply, type Transmission, transmit } from './reply.js'
import { BusinessContent, checkRequest, type GatewayParameters, parseParameters, readBody } from './request.js'

/** Gateway errors come in the form the caller expects: a page for a browser, a node for a server. */
const failureReply = (method: string, failure: Failure): Reply =>
  PAGE_METHODS.has(method)
    ? { kind: 'refusal_page', failure }
    : { kind: 'answer', method, node: failureNode(failure), isGatewayRefusal: true }

function dispatchCall(state: SandboxState, method: string, parameters: GatewayParameters, origin: string): Reply {
  const serverMethod = SERVER_METHODS.get(method)
  const pageMethod = PAGE_METHODS.get(method)
  const content = BusinessContent.parse(parameters.values.biz_content)
  if (!content) {
    const subMessage = 'biz_content不是合法的JSON对象'
    return failureReply(method, { code: '40002', subCode: 'isv.invalid-parameter', subMessage })
  }
  const call = { state, method, parameters: parameters.values, content, origin }
  if (serverMethod) return { kind: 'answer', method, node: serverMethod(call) }
  if (pageMethod) return pageMethod(call)
  return failureReply(method, { code: '40002', subCode: 'isv.invalid-method', subMessage: '不存在的方法名' })
}

function signatureVerdictOf(failure: Failure | undefined): SignatureVerdict {
  if (failure === undefined) return 'valid'
  return failure.subCode === 'isv.invalid-signature' ? 'invalid' : 'not_checked'
}

function outcomeLabelOf(reply: Reply | undefined): string | undefined {
  if (reply === undefined) return undefined
  if (reply.kind === 'redirect') return 'cashier'
  if (reply.kind === 'refusal_page') return reply.failure.subCode
  return String(reply.node.sub_code ?? reply.node.code)
}

interface HandledCall extends FaultyCall {
  readonly failure: Failure | undefined
  readonly fault: GatewayFault | undefined
}

/**
 * Checks, then processes unless a fault keeps the call from taking effect. Runs without a pause, so that no two calls
 * meet.
 */
function handleCall(state: SandboxState, parameters: GatewayParameters, origin: string): HandledCall {
  const method = parameters.values.method ?? ''
  const outTradeNo = BusinessContent.parse(parameters.values.biz_content)?.text('out_trade_no') ?? ''
  const [fault] = state.faults.recordCall('gateway', { method, outTradeNo })
  const failure = checkRequest(state, parameters)
  const createReply = () => (failure ? failureReply(method, failure) : dispatchCall(state, method, parameters, origin))
  return { state, method, outTradeNo, failure, fault, reply: isCallProcessed(fault) ? createReply() : undefined }
}

function logRequest(request: IncomingMessage, parameters: GatewayParameters, handled: HandledCall): void {
  const outcome = outcomeLabelOf(handled.reply)
  handled.state.requestLog.add({
    at: handled.state.clock.now(),
    httpMethod: request.method ?? '',
    target: request.url ?? '',
    body: parameters.rawBody,
    method: handled.method,
    signature: signatureVerdictOf(handled.failure),
    resent: request.headers['x-urllib-retry-on-socket-error'] !== undefined,
    ...(handled.outTradeNo === '' ? {} : { outTradeNo: handled.outTradeNo }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(handled.fault === undefined ? {} : { fault: handled.fault.kind }),
  })
}

/** Keeps good answers for the fault that replays one for the wrong trade. */
function recordAnswer({ state, method, outTradeNo, reply }: HandledCall, outcome: Transmission): void {
  if (outcome.kind !== 'send' || reply?.kind !== 'answer' || reply.node.code !== '10000') return
  state.sentAnswers.add({ method, outTradeNo, body: outcome.reply.body })
}

export async function serveGateway(state: SandboxState, request: IncomingMessage, response: ServerResponse) {
  const { searchParams } = new URL(request.url ?? '', 'http://sandbox')
  const parameters = parseParameters(searchParams, await readBody(request))
  const handled = handleCall(state, parameters, `http://${request.headers.host ?? 'localhost'}`)
  logRequest(request, parameters, handled)
  const outcome = transmissionOf(handled, handled.fault)
  if (!handled.fault) recordAnswer(handled, outcome)
  transmit(state.clock, response, outcome)
}
