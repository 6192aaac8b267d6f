import type { AlipaySettings } from '@coursepay/adapter-alipay'
import { isLoopback } from './exposure.js'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const MIN_MS = 60_000
const MAX_MS = 15 * 86_400_000

/**
 * How long an order may stay unpaid. Alipay takes one minute to fifteen days; a gateway on this machine is for
 * rehearsals.
 */
export function readOrderTimeToLive(text: string, alipay: AlipaySettings | null): number {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const duration = Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  if (!(duration > 0)) throw new Error('must be a time such as 30m, 90s or 2h')
  if (duration > MAX_MS) throw new Error('must be 15d or less: Alipay keeps no payment open for longer')
  if (duration < MIN_MS && !isRehearsal(alipay)) throw new Error('must be 1m or more: Alipay accepts nothing shorter')
  return duration
}

const isRehearsal = (alipay: AlipaySettings | null): boolean =>
  alipay === null || isLoopback(URL.parse(alipay.gateway ?? '')?.hostname ?? '')
