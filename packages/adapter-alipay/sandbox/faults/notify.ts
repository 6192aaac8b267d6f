import { formatYuan, parseYuan } from '../formats.js'
import type { SignType } from '../signature.js'

/** What may go wrong with one attempt to notify. Several may hit the same attempt. */
export type NotifyFault = { readonly at: 'notify' } & (
  | {
      /** Lost on the way; counts as a failed attempt. `times` says how many, without it all. */
      readonly kind: 'drop'
    }
  | {
      /** The same bytes that many times at once. */
      readonly kind: 'duplicate'
      readonly copies: number
    }
  | {
      /** Sent this much later, on the sandbox's clock. */
      readonly kind: 'delay'
      readonly ms: number
    }
  | {
      /** Held back until another notification of the same trade was sent. */
      readonly kind: 'reorder'
    }
  | { readonly kind: 'bad_sign' }
  | {
      /** A genuine SHA-1 signature with `sign_type=RSA`: a downgrade. */
      readonly kind: 'sign_type_rsa'
    }
  | {
      /** Any text in `sign_type`; the signature stays genuine. */
      readonly kind: 'sign_type'
      readonly value: string
    }
  | {
      /** Signed, with this amount in fen (default: one fen less). */
      readonly kind: 'wrong_amount'
      readonly totalFen?: number
    }
  | { readonly kind: 'wrong_app_id' }
  | { readonly kind: 'wrong_seller_id' }
  | {
      /** Signed, for a number nobody ordered. */
      readonly kind: 'unknown_out_trade_no'
    }
  | {
      /** `TRADE_FINISHED` where `TRADE_SUCCESS` belongs: a contract without refunds. */
      readonly kind: 'finished_instead_of_success'
    }
  | {
      /** A new field that Alipay signs: has to be accepted. */
      readonly kind: 'extra_signed_field'
      readonly name?: string
      readonly value?: string
    }
  | {
      /** A field added on the way: the signature no longer holds. */
      readonly kind: 'unsigned_extra_field'
      readonly name?: string
      readonly value?: string
    }
  | {
      /** A field twice, the second time with another value. */
      readonly kind: 'repeated_field'
      readonly name?: string
      readonly value?: string
    }
  | {
      /** `real` is Alipay's malformed header, `clean` a correct one. */
      readonly kind: 'content_type'
      readonly form: 'real' | 'clean'
    }
)

/** A value that may be changed before signing. */
type ChangeBeforeSigning = (fields: Record<string, string>) => void
/** A value that may be changed after signing. */
type ChangeAfterSigning = (body: URLSearchParams) => void

/** How one attempt is sent: the sum of the faults that hit it. */
export interface DeliveryPlan {
  isDropped: boolean
  isHeld: boolean
  delayMs: number
  copies: number
  signType: SignType
  contentType: 'real' | 'clean'
  readonly changesBeforeSigning: ChangeBeforeSigning[]
  readonly changesAfterSigning: ChangeAfterSigning[]
}

const OTHER_APP_ID = '2021999999999999'
const OTHER_SELLER_ID = '2088999999999999'

type FaultOf<Kind extends NotifyFault['kind']> = Extract<NotifyFault, { kind: Kind }>
type FaultEffects = { readonly [Kind in NotifyFault['kind']]: (plan: DeliveryPlan, fault: FaultOf<Kind>) => void }

const changeField = (name: string, value: (old: string) => string | undefined) => (plan: DeliveryPlan) =>
  void plan.changesBeforeSigning.push((fields) => {
    const changed = value(fields[name] ?? '')
    if (changed !== undefined) fields[name] = changed
  })

/** One fen less, or more where less is nothing. */
function differentAmount(yuan: string): string {
  const fen = parseYuan(yuan) ?? 0
  return formatYuan(fen > 1 ? fen - 1 : fen + 1)
}

const corruptSignature = (sign: string): string => (sign.startsWith('A') ? 'B' : 'A') + sign.slice(1)

const effectByKind: FaultEffects = {
  drop: (plan) => {
    plan.isDropped = true
  },
  duplicate: (plan, { copies }) => {
    plan.copies = copies
  },
  delay: (plan, { ms }) => {
    plan.delayMs += ms
  },
  reorder: (plan) => {
    plan.isHeld = true
  },
  bad_sign: (plan) =>
    void plan.changesAfterSigning.push((body) => body.set('sign', corruptSignature(body.get('sign') ?? ''))),
  sign_type_rsa: (plan) => {
    plan.signType = 'RSA'
    changeField('sign_type', () => 'RSA')(plan)
  },
  sign_type: (plan, { value }) => changeField('sign_type', () => value)(plan),
  wrong_amount: (plan, { totalFen }) =>
    changeField('total_amount', (old) => (totalFen === undefined ? differentAmount(old) : formatYuan(totalFen)))(plan),
  wrong_app_id: (plan) => changeField('app_id', () => OTHER_APP_ID)(plan),
  wrong_seller_id: (plan) => changeField('seller_id', () => OTHER_SELLER_ID)(plan),
  unknown_out_trade_no: (plan) => changeField('out_trade_no', (old) => `unknown_${old}`.slice(0, 64))(plan),
  finished_instead_of_success: (plan) =>
    changeField('trade_status', (old) => (old === 'TRADE_SUCCESS' ? 'TRADE_FINISHED' : undefined))(plan),
  extra_signed_field: (plan, { name = 'new_field', value = '新 field + 50%' }) => changeField(name, () => value)(plan),
  unsigned_extra_field: (plan, { name = 'injected', value = '1' }) =>
    void plan.changesAfterSigning.push((body) => body.append(name, value)),
  repeated_field: (plan, { name = 'total_amount', value = '0.01' }) =>
    void plan.changesAfterSigning.push((body) => body.append(name, value)),
  content_type: (plan, { form }) => {
    plan.contentType = form
  },
}

export function planDelivery(faults: readonly NotifyFault[]): DeliveryPlan {
  const plan: DeliveryPlan = {
    isDropped: false,
    isHeld: false,
    delayMs: 0,
    copies: 1,
    signType: 'RSA2',
    contentType: 'real',
    changesBeforeSigning: [],
    changesAfterSigning: [],
  }
  for (const fault of faults) {
    const effect = effectByKind[fault.kind] as (plan: DeliveryPlan, fault: NotifyFault) => void
    effect(plan, fault)
  }
  return plan
}
