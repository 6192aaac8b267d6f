import type { BillSource, NotifyReader, PaymentGateway } from '@coursepay/core'
import { createAlipayClient } from './alipay-client.js'
import { createGateway } from './alipay-gateway.js'
import { createAlipayNotifyReader } from './alipay-notify.js'
import { type AlipaySettings, checkSettings } from './alipay-settings.js'
import { createBillSource } from './bill/bill-source.js'

export type { NotifyRejection } from './alipay-notify.js'
export type { AlipayCertificates, AlipaySettings } from './alipay-settings.js'
export { readAppId, readGateway, readSellerId } from './alipay-settings.js'
export { ANSWER_CODES, type AnswerCode, findAnswerCode } from './answer-codes.js'
export {
  type AlipayFinding,
  type CertificateEnd,
  certificateEnds,
  diagnoseCertificates,
  diagnoseKeys,
} from './doctor/diagnose.js'
export { readEnvironment as readAlipayEnvironment } from './doctor/read-environment.js'
export { readCertificates, readPrivateKey, readPublicKey } from './read-keys.js'

/** The ports of core on one Alipay app. */
export interface Alipay {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  readonly bills: BillSource
}

/** Alipay on the official SDK. Throws `invalid_request` when a key or an id is missing or cannot be read; calls nobody. */
export function alipay(settings: AlipaySettings, now: () => number = Date.now): Alipay {
  const checked = checkSettings(settings)
  const client = createAlipayClient(checked, now)
  return {
    gateway: createGateway(client, checked),
    notifyReader: createAlipayNotifyReader(client),
    bills: createBillSource(client),
  }
}
