import type { NotifyReader, PaymentGateway, ReferenceClock } from '@coursepay/core/ports'
import type { BillSource } from '@coursepay/core/reconciliation'
import { createBillSource } from './bill/bill-source.js'
import { createAlipayClient } from './client/alipay-client.js'
import { createAlipayGateway } from './client/alipay-gateway.js'
import { createGatewayReferenceClock } from './client/gateway-clock.js'
import { createAlipayNotifyReader } from './notification/notify-reader.js'
import { type AlipaySettings, checkSettings } from './settings/alipay-settings.js'

export { ANSWER_CODE_EXPLANATIONS, type AnswerCodeExplanation, explainAnswerCode } from './client/answer-codes.js'
export {
  type AlipayFinding,
  type CertificateExpiry,
  certificateExpiries,
  diagnoseCertificateExpiries,
  diagnoseKeysByTestQuery,
} from './doctor/diagnose.js'
export type { NotifyRejectionReason } from './notification/notify-reader.js'
export type { AlipayCertificates, AlipaySettings } from './settings/alipay-settings.js'
export { readAppId, readGateway, readSellerId } from './settings/alipay-settings.js'
export { readEnvironment as readAlipayEnvironment } from './settings/read-environment.js'
export { readCertificates, readPrivateKey, readPublicKey } from './settings/read-keys.js'

/** The ports of core on one Alipay app. */
export interface Alipay {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly bills: BillSource
  /** Alipay's clock, which is asked when this machine's has jumped. */
  readonly clock: ReferenceClock
}

/**
 * Alipay on the official SDK. Throws `invalid_request` when a key or an id is missing or cannot be read; calls nobody.
 */
export function alipay(settings: AlipaySettings, now: () => number = Date.now): Alipay {
  const checked = checkSettings(settings)
  const client = createAlipayClient(checked, now)
  return {
    gateway: createAlipayGateway(client, checked),
    notifyReader: createAlipayNotifyReader(client),
    bills: createBillSource(client),
    clock: createGatewayReferenceClock(checked),
  }
}
