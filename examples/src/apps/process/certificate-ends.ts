import { type AlipaySettings, certificateExpiries, diagnoseCertificateExpiries } from '@coursepay/adapter-alipay'
import type { GaugeDefinition } from '@coursepay/http-hono'

const DAY_MS = 86_400_000

/** What to say about certificates that have ended or end within 30 days: then every call to Alipay fails at once. */
export const certificateWarnings = (alipay: AlipaySettings, now: number): readonly string[] =>
  diagnoseCertificateExpiries(alipay, now).flatMap(({ grade, sentence }) => (grade === 'ok' ? [] : [sentence]))

/** Warns now, and once a day. Answers how to end that. */
export function watchCertificates(alipay: AlipaySettings | null, warn: (sentence: string) => void): () => void {
  if (alipay?.certificates === undefined) return () => {}
  const warnOfCertificates = () => certificateWarnings(alipay, Date.now()).forEach(warn)
  warnOfCertificates()
  const timer = setInterval(warnOfCertificates, DAY_MS).unref()
  return () => clearInterval(timer)
}

/** Days that are left for each certificate of Alipay; nothing in key mode. */
export const certificateGauge = (alipay: AlipaySettings | null): GaugeDefinition => ({
  name: 'coursepay_certificate_days',
  help: 'Days until a certificate of Alipay ends',
  labelNames: ['name'],
  read: async () =>
    certificateExpiries(alipay ?? {}).map(({ name, expiresAt }) => ({
      labels: { name },
      value: Math.floor((expiresAt - Date.now()) / DAY_MS),
    })),
})
