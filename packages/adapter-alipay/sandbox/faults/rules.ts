import type { NotifyEvent } from '../notify/fields.js'
import type { BillDownloadFault, BillExtraFault, BillFault, CashierFault, ReturnFault } from './cashier-and-bill.js'
import type { GatewayFault } from './gateway.js'
import type { NotifyFault } from './notify.js'

/** Everything that can be made to go wrong; `at` names the place. */
export type Fault =
  | GatewayFault
  | NotifyFault
  | CashierFault
  | ReturnFault
  | BillFault
  | BillExtraFault
  | BillDownloadFault

/** Which calls a rule concerns. What is left out matches everything. */
export interface FaultMatch {
  /** Gateway: `alipay.trade.query`. */
  readonly method?: string
  readonly outTradeNo?: string
  /** Notification: what it tells. */
  readonly event?: NotifyEvent
  /** The first matching call that is hit, from 1. Default 1. */
  readonly nth?: number
  /** How many matching calls are hit. Default: one when `nth` is given, else all. */
  readonly times?: number
}

export type FaultRule = Fault & FaultMatch

/** A rule that was put in. */
export interface FaultHandle {
  /** How many calls it has hit. */
  readonly hits: number
  remove(): void
}

/** The call a rule is held against. */
type FaultCall = Pick<FaultMatch, 'method' | 'outTradeNo' | 'event'>

type FaultAt<Place extends Fault['at']> = Extract<Fault, { at: Place }>

interface TrackedRule {
  readonly rule: FaultRule
  calls: number
  hits: number
}

const isUnsetOrEqual = (wanted: string | undefined, actual: string | undefined): boolean =>
  wanted === undefined || wanted === actual

function matches(entry: TrackedRule, at: Fault['at'], call: FaultCall): boolean {
  const { rule } = entry
  return (
    rule.at === at &&
    isUnsetOrEqual(rule.method, call.method) &&
    isUnsetOrEqual(rule.outTradeNo, call.outTradeNo) &&
    isUnsetOrEqual(rule.event, call.event)
  )
}

/** Whether a rule that has seen this many matching calls, the present one included, hits it. */
function isHit(rule: FaultRule, calls: number): boolean {
  const first = rule.nth ?? 1
  const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1)
  return calls >= first && calls < first + times
}

/** The rules in force. Each matching call counts once for every rule it matches. */
export class FaultTable {
  readonly #rules = new Set<TrackedRule>()

  add(rule: FaultRule): FaultHandle {
    const entry: TrackedRule = { rule, calls: 0, hits: 0 }
    this.#rules.add(entry)
    return {
      get hits() {
        return entry.hits
      },
      remove: () => void this.#rules.delete(entry),
    }
  }

  /** All faults that hit this call, in the order they were put in. */
  recordCall<Place extends Fault['at']>(at: Place, call: FaultCall): FaultAt<Place>[] {
    const hitFaults: FaultAt<Place>[] = []
    for (const entry of this.#rules) {
      if (!matches(entry, at, call)) continue
      entry.calls += 1
      if (!isHit(entry.rule, entry.calls)) continue
      entry.hits += 1
      hitFaults.push(entry.rule as FaultAt<Place>)
    }
    return hitFaults
  }

  /** Whether such a fault would hit the next call of this kind, without counting one. */
  wouldHit(at: Fault['at'], kind: Fault['kind'], call: FaultCall): boolean {
    for (const entry of this.#rules) {
      if (entry.rule.kind === kind && matches(entry, at, call) && isHit(entry.rule, entry.calls + 1)) return true
    }
    return false
  }

  list(): readonly { readonly rule: FaultRule; readonly hits: number }[] {
    return [...this.#rules].map(({ rule, hits }) => ({ rule, hits }))
  }

  clear(): void {
    this.#rules.clear()
  }
}
