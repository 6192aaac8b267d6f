import type { FaultHandle, FaultRule, FaultTable } from '../faults/rules.js'
import type { NotifyKnob, SwitchKnob } from './texts.js'

const LATE_MS = 10_000

type KnobFault = (outTradeNo: string) => FaultRule

const notifyFaults: Readonly<Record<NotifyKnob, KnobFault | null>> = {
  normal: null,
  lost_once: (outTradeNo) => ({ at: 'notify', kind: 'drop', times: 1, outTradeNo }),
  lost: (outTradeNo) => ({ at: 'notify', kind: 'drop', outTradeNo }),
  late: (outTradeNo) => ({ at: 'notify', kind: 'delay', ms: LATE_MS, times: 1, outTradeNo }),
  repeated: (outTradeNo) => ({ at: 'notify', kind: 'duplicate', copies: 3, outTradeNo }),
}

const switchFaults: Readonly<Record<SwitchKnob, KnobFault>> = {
  double_pay: (outTradeNo) => ({ at: 'cashier', kind: 'double_pay', outTradeNo }),
  after_expiry: (outTradeNo) => ({ at: 'cashier', kind: 'pay_after_expiry', outTradeNo }),
  never_return: (outTradeNo) => ({ at: 'cashier_return', kind: 'never_return', outTradeNo }),
}

/** What the panels put in, by trade: a new choice takes the place of the one before. */
const turned = new WeakMap<FaultTable, Map<string, readonly FaultHandle[]>>()

/** Turns the knobs of one trade as a form says. A request without the panel leaves everything as it is. */
export function turnKnobs(faults: FaultTable, outTradeNo: string, form: URLSearchParams): void {
  const notify = form.get('notify')
  if (notify === null || !Object.hasOwn(notifyFaults, notify)) return
  const chosen = [
    notifyFaults[notify as NotifyKnob],
    ...Object.entries(switchFaults).map(([name, fault]) => (form.has(name) ? fault : null)),
  ].filter((fault) => fault !== null)
  const byTrade = turned.get(faults) ?? new Map<string, readonly FaultHandle[]>()
  turned.set(faults, byTrade)
  for (const handle of byTrade.get(outTradeNo) ?? []) handle.remove()
  byTrade.set(
    outTradeNo,
    chosen.map((fault) => faults.add(fault(outTradeNo))),
  )
}
