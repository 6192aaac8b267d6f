import { X509Certificate } from 'node:crypto'
import { payNo } from '@coursepay/core'
import type { QueryAnswer } from '@coursepay/core/ports'
import { createAlipayClient } from '../client/alipay-client.js'
import { createAlipayGateway } from '../client/alipay-gateway.js'
import { explainAnswerCode } from '../client/answer-codes.js'
import { type AlipaySettings, checkSettings } from '../settings/alipay-settings.js'
import { readCertificates } from '../settings/read-keys.js'

/** What a check found, as a sentence that says what to do. `worry`: it works today. */
export interface AlipayFinding {
  readonly grade: 'ok' | 'worry' | 'fault'
  readonly sentence: string
}

const DAY_MS = 86_400_000
const EXPIRY_WARNING_DAYS = 30
/** No order has this number: a gateway that accepts our keys answers that there is no such trade. */
const NONEXISTENT_PAY_NO = payNo('1')

/** Asks the gateway about a trade that does not exist: do the keys fit the app? Throws what `alipay` throws. */
export async function diagnoseKeysByTestQuery(settings: AlipaySettings): Promise<readonly AlipayFinding[]> {
  const checked = checkSettings(settings)
  const answer = await createAlipayGateway(createAlipayClient(checked, Date.now), checked).query(NONEXISTENT_PAY_NO)
  return [diagnoseQueryAnswer(answer, checked)]
}

function diagnoseQueryAnswer(
  answer: QueryAnswer,
  { appId, gateway }: { appId: string; gateway: string },
): AlipayFinding {
  if (answer.kind !== 'unknown') {
    return {
      grade: 'ok',
      sentence: `Alipay accepts the signature of app ${appId}, and the answer's signature is valid.`,
    }
  }
  const { reason } = answer
  return { grade: 'fault', sentence: explainReason(reason) ?? unexplainedFailureSentence(gateway, reason) }
}

function explainReason(reason: string): string | null {
  if (reason.includes('signature of the answer does not verify')) {
    return "The key in ALIPAY_PUBLIC_KEY did not sign Alipay's answer. Copy Alipay's public key (支付宝公钥) from the console, not the app's."
  }
  const known = explainAnswerCode(reason)
  return known === null ? null : `${known.meaning} ${known.remedy} (${reason})`
}

const unexplainedFailureSentence = (gateway: string, reason: string) =>
  `${gateway} gives no usable answer (${reason.replace(/\.$/, '')}). Check that ALIPAY_GATEWAY is right and reachable from here.`

export interface CertificateExpiry {
  readonly name: keyof NonNullable<AlipaySettings['certificates']>
  readonly expiresAt: number
}

/** When each certificate ends; no entry in key mode. Throws `invalid_request` for a certificate that cannot be read. */
export const certificateExpiries = ({
  certificates = undefined,
}: Pick<AlipaySettings, 'certificates'>): CertificateExpiry[] =>
  (['appCert', 'alipayPublicCert', 'alipayRootCert'] as const).flatMap((name) =>
    certificates === undefined
      ? []
      : [{ name, expiresAt: Date.parse(new X509Certificate(readCertificates(certificates[name], name)).validTo) }],
  )

/** Certificates end, and then every call fails at once. Warns 30 days before. */
export const diagnoseCertificateExpiries = (
  settings: Pick<AlipaySettings, 'certificates'>,
  now: number,
): readonly AlipayFinding[] => certificateExpiries(settings).map((each) => diagnoseCertificateExpiry(each, now))

function diagnoseCertificateExpiry({ name, expiresAt: endsAt }: CertificateExpiry, now: number): AlipayFinding {
  const daysLeft = Math.floor((endsAt - now) / DAY_MS)
  const renew = 'make a new one in the console'
  if (daysLeft < 0)
    return { grade: 'fault', sentence: `The certificate ${name} expired ${-daysLeft} days ago: ${renew}.` }
  if (daysLeft < EXPIRY_WARNING_DAYS) {
    return { grade: 'worry', sentence: `The certificate ${name} expires in ${daysLeft} days: ${renew} now.` }
  }
  return { grade: 'ok', sentence: `The certificate ${name} is valid for ${daysLeft} days.` }
}
