import type { ReferenceClock } from '@coursepay/core/ports'
import type { CheckedSettings } from '../settings/alipay-settings.js'

/** The gateway's clock: the `Date` header of an answer, whatever the answer says. */
export function createGatewayReferenceClock({
  gateway,
  timeoutMs,
}: Pick<CheckedSettings, 'gateway' | 'timeoutMs'>): ReferenceClock {
  return {
    async read() {
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const { headers } = await fetch(gateway, { method: 'HEAD', redirect: 'manual', signal })
        const time = Date.parse(headers.get('date') ?? '')
        return Number.isNaN(time) ? null : time
      } catch {
        return null
      }
    },
  }
}
