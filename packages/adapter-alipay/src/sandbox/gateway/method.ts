import type { SandboxState } from '../state.js'
import type { AnswerNode } from './answer.js'
import type { BusinessContent } from './business-content.js'
import type { Reply } from './reply.js'

/** A request whose envelope is good. */
export interface GatewayCall {
  readonly state: SandboxState
  readonly method: string
  readonly parameters: Readonly<Record<string, string>>
  readonly content: BusinessContent
  /** How the caller reached the sandbox: `http://127.0.0.1:port`. */
  readonly origin: string
}

/** A method that a server calls: answers a signed node. */
export type ServerMethod = (call: GatewayCall) => AnswerNode

/** A method that a browser opens: answers a redirect or a page. */
export type PageMethod = (call: GatewayCall) => Reply
