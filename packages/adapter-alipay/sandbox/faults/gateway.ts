/** What may go wrong with a call of the gateway. `processed`: the call took effect although its answer is lost. */
export type GatewayFault = { readonly at: 'gateway' } & (
  | {
      readonly kind: 'http_status'
      readonly status: number
      readonly location?: string
      readonly processed?: boolean
    }
  | {
      /** No answer ever. */
      readonly kind: 'hang'
      readonly processed?: boolean
    }
  | {
      /** The genuine answer, this much later on the sandbox's clock; the call takes effect first. */
      readonly kind: 'delay'
      readonly ms: number
    }
  | { readonly kind: 'reset_before_processing' }
  | { readonly kind: 'reset_after_processing' }
  | { readonly kind: 'html_body'; readonly processed?: boolean }
  | { readonly kind: 'empty_body'; readonly processed?: boolean }
  | {
      /** So many blanks before the genuine answer. */
      readonly kind: 'long_answer'
      readonly bytes: number
    }
  | {
      /** Half of the genuine answer, then the connection ends. */
      readonly kind: 'truncate'
    }
  | {
      /**
       * The genuine answer in pieces of `bytes`, one each `ms` on the sandbox's clock: keeps a read timeout from
       * firing.
       */
      readonly kind: 'drip'
      readonly bytes: number
      readonly ms: number
    }
  | {
      /** `20000 isp.unknow-error`. */
      readonly kind: 'unknown_error'
      readonly processed?: boolean
    }
  | {
      /** `40004 ACQ.SYSTEM_ERROR`: the outcome is unknown too. */
      readonly kind: 'system_error'
      readonly processed?: boolean
    }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad_sign' }
  | {
      /** The genuine answer, and behind it an unsigned node under the same name, plainly spelt or with an escape. */
      readonly kind: 'appended_node'
      readonly fields: Readonly<Record<string, string>>
      readonly spelling?: 'plain' | 'escaped'
    }
  | {
      /** The newest genuine answer of this method about another trade. */
      readonly kind: 'replay_other_trade_response'
    }
  | {
      /** The amounts in the answer are one fen more; signed. */
      readonly kind: 'wrong_amount_in_response'
    }
  | {
      /** These fields changed in the genuine answer, undefined removes one; signed. For answers that lag behind. */
      readonly kind: 'changed_answer'
      readonly fields: Readonly<Record<string, string | undefined>>
    }
  | {
      /** Refused with this `sub_code`, under `40004` or another code; not processed. */
      readonly kind: 'sub_code'
      readonly code: string
      readonly gatewayCode?: string
      readonly message?: string
    }
  | {
      /** The root is `error_response` instead of the method's own; not processed. */
      readonly kind: 'error_response'
      readonly signed?: boolean
    }
)

const NEVER_PROCESSED: ReadonlySet<GatewayFault['kind']> = new Set([
  'reset_before_processing',
  'sub_code',
  'error_response',
])

const UNPROCESSED_BY_DEFAULT: ReadonlySet<GatewayFault['kind']> = new Set([
  'http_status',
  'hang',
  'html_body',
  'empty_body',
  'unknown_error',
  'system_error',
])

/** Whether the call takes effect under this fault. */
export function isCallProcessed(fault: GatewayFault | undefined): boolean {
  if (fault === undefined) return true
  if (NEVER_PROCESSED.has(fault.kind)) return false
  if (!UNPROCESSED_BY_DEFAULT.has(fault.kind)) return true
  return 'processed' in fault && fault.processed === true
}
