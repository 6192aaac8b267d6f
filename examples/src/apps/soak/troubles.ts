import type { FaultRule } from '@coursepay/adapter-alipay/sandbox'
import type { Chance } from './chance.js'

type NotifyTrouble = FaultRule & { readonly at: 'notify' }
type GatewayTrouble = FaultRule & { readonly at: 'gateway' }

/** What goes wrong with the notifications of one trade: lost for good or a few times, repeated, late, in the wrong order. */
function notifyTroubles(chance: Chance): NotifyTrouble[] {
  const troubles: NotifyTrouble[] = []
  if (chance.happens(0.15)) troubles.push({ at: 'notify', kind: 'drop' })
  else if (chance.happens(0.25)) troubles.push({ at: 'notify', kind: 'drop', times: chance.between(1, 2) })
  if (chance.happens(0.2)) troubles.push({ at: 'notify', kind: 'duplicate', copies: chance.between(2, 4) })
  if (chance.happens(0.2)) troubles.push({ at: 'notify', kind: 'delay', ms: chance.between(200, 3_000) })
  if (chance.happens(0.1)) troubles.push({ at: 'notify', kind: 'reorder' })
  return troubles
}

const METHODS = ['alipay.trade.query', 'alipay.trade.close', 'alipay.trade.refund'] as const

/** What goes wrong with the answers of the gateway about one trade. `processed`: it is done all the same. */
function gatewayTroubles(chance: Chance): GatewayTrouble[] {
  const troubles: GatewayTrouble[] = []
  for (const method of METHODS) {
    if (!chance.happens(0.25)) continue
    const processed = chance.happens(0.5)
    const times = chance.between(1, 2)
    troubles.push(
      chance.pick<GatewayTrouble>([
        { at: 'gateway', method, times, kind: 'http_status', status: chance.pick([500, 502, 504]), processed },
        { at: 'gateway', method, times: 1, kind: 'hang', processed },
        { at: 'gateway', method, times, kind: 'system_error', processed },
        { at: 'gateway', method, times, kind: 'unknown_error', processed },
        { at: 'gateway', method, times, kind: 'reset_after_processing' },
        { at: 'gateway', method, times, kind: 'bad_sign' },
      ]),
    )
  }
  return troubles
}

/** The troubles of one trade. */
export const troublesOf = (chance: Chance, outTradeNo: string): FaultRule[] =>
  [...notifyTroubles(chance), ...gatewayTroubles(chance)].map((trouble) => ({ ...trouble, outTradeNo }))
