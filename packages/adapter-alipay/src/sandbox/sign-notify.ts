import { createPrivateKey, type KeyObject } from 'node:crypto'
import { formatBeijing } from './beijing-time.js'
import { newNotifyId } from './identifiers.js'
import { withoutEmpty } from './notify/fields.js'
import { canonicalText, type SignType, signText } from './signature.js'
import type { SandboxState } from './state.js'

/** How a notification of one's own is signed. */
export interface SignNotifyOptions {
  /** Default `RSA2`; also written into `sign_type`. */
  readonly signType?: SignType
  /** Another private key (PEM or KeyObject), for a forgery. Default: Alipay's. */
  readonly key?: string | KeyObject
  /** Sign `sign_type` too, as Alipay's service-market messages do and trade notifications do not. */
  readonly includeSignType?: boolean
}

/**
 * A signed notification body, ready to be POSTed. The common fields (`app_id`, `seller_id`, `notify_id`, `notify_time`, ...)
 * are filled in; `fields` wins over them, and an empty or undefined value leaves a field out.
 */
export function signNotify(
  { appId, sellerId, clock, keys }: SandboxState,
  fields: Readonly<Record<string, string | undefined>>,
  { signType = 'RSA2', key = keys.alipay.privateKey, includeSignType = false }: SignNotifyOptions = {},
): string {
  const complete = withoutEmpty({
    notify_time: formatBeijing(clock.now()),
    notify_type: 'trade_status_sync',
    notify_id: newNotifyId(clock.now()),
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    sign_type: signType,
    seller_id: sellerId,
    ...fields,
  })
  const text = canonicalText(complete, includeSignType ? ['sign'] : ['sign', 'sign_type'])
  const sign = signText(text, typeof key === 'string' ? createPrivateKey(key) : key, signType)
  return new URLSearchParams({ ...complete, sign }).toString()
}
