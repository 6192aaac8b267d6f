import type { FaultRule } from '@coursepay/adapter-alipay/sandbox'
import type { Random } from './random.js'

type NotifyFault = FaultRule & { readonly at: 'notify' }
type GatewayFault = FaultRule & { readonly at: 'gateway' }

/**
 * What goes wrong with the notifications of one trade: lost for good or a few times, repeated, late, in the wrong
 * order.
 */
function notifyFaults(random: Random): NotifyFault[] {
  const faults: NotifyFault[] = []
  if (random.happens(0.15)) faults.push({ at: 'notify', kind: 'drop' })
  else if (random.happens(0.25)) faults.push({ at: 'notify', kind: 'drop', times: random.between(1, 2) })
  if (random.happens(0.2)) faults.push({ at: 'notify', kind: 'duplicate', copies: random.between(2, 4) })
  if (random.happens(0.2)) faults.push({ at: 'notify', kind: 'delay', ms: random.between(200, 3_000) })
  if (random.happens(0.1)) faults.push({ at: 'notify', kind: 'reorder' })
  return faults
}

const METHODS = ['alipay.trade.query', 'alipay.trade.close', 'alipay.trade.refund'] as const

/** What goes wrong with the answers of the gateway about one trade. `processed`: it is done all the same. */
function gatewayFaults(random: Random): GatewayFault[] {
  const faults: GatewayFault[] = []
  for (const method of METHODS) {
    if (!random.happens(0.25)) continue
    const processed = random.happens(0.5)
    const times = random.between(1, 2)
    faults.push(
      random.pick<GatewayFault>([
        { at: 'gateway', method, times, kind: 'http_status', status: random.pick([500, 502, 504]), processed },
        { at: 'gateway', method, times: 1, kind: 'hang', processed },
        { at: 'gateway', method, times, kind: 'system_error', processed },
        { at: 'gateway', method, times, kind: 'unknown_error', processed },
        { at: 'gateway', method, times, kind: 'reset_after_processing' },
        { at: 'gateway', method, times, kind: 'bad_sign' },
      ]),
    )
  }
  return faults
}

/** The faults of one trade. */
export const faultsOf = (random: Random, outTradeNo: string): FaultRule[] =>
  [...notifyFaults(random), ...gatewayFaults(random)].map((fault) => ({ ...fault, outTradeNo }))
