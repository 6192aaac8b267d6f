import { X509Certificate } from 'node:crypto'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { expect, it } from 'vitest'
import { certificateGauge, certificateWarnings, watchCertificates } from '../src/apps/process/certificate-ends.js'
import { run } from './support/process.js'
import { SECRET } from './support/shop-process.js'

const DAY_MS = 86_400_000

async function merchantWithCertificates() {
  await using sandbox = await startAlipaySandbox({ certificates: true })
  const { certificates } = sandbox.merchant
  if (certificates === undefined) throw new Error('The sandbox made no certificates.')
  const ends = Object.values(certificates).map((pem) => Date.parse(new X509Certificate(pem).validTo))
  return { merchant: { ...sandbox.merchant, certificates }, firstEnd: Math.min(...ends) }
}

it('a running server warns of a certificate 30 days before it ends, and says nothing before', async () => {
  const { merchant, firstEnd } = await merchantWithCertificates()
  expect(certificateWarnings(merchant, firstEnd - 31 * DAY_MS)).toEqual([])
  expect(certificateWarnings(merchant, firstEnd - 29 * DAY_MS)).not.toEqual([])
})

it('a metric tells the days that are left for each certificate', async () => {
  const { merchant } = await merchantWithCertificates()
  const samples = await certificateGauge(merchant).read()
  expect(samples.map(({ labels }) => labels?.name)).toEqual(['appCert', 'alipayPublicCert', 'alipayRootCert'])
  expect(samples.every(({ value }) => value > 0)).toBe(true)
  expect(await certificateGauge(null).read()).toEqual([])
})

it('an app in key mode has no certificate to warn of', () => {
  const warnings: string[] = []
  watchCertificates(null, (sentence) => warnings.push(sentence))()
  expect(warnings).toEqual([])
})

it('a server whose certificate has ended says so in its log', async () => {
  const { merchant } = await merchantWithCertificates()
  const later = encodeURIComponent(`const at=Date.now()+${30 * 365 * DAY_MS};Date.now=()=>at`)
  const server = run('apps/server/main.js', {
    ...{ JWT_SECRET: SECRET, DATABASE_URL: 'sqlite::memory:', PORT: '0' },
    ...{ ALIPAY_APP_ID: merchant.appId, ALIPAY_SELLER_ID: merchant.sellerId, ALIPAY_GATEWAY: merchant.gateway },
    ...{ ALIPAY_PRIVATE_KEY: merchant.privateKey, ALIPAY_APP_CERT: merchant.certificates.appCert },
    ALIPAY_PUBLIC_CERT: merchant.certificates.alipayPublicCert,
    ALIPAY_ROOT_CERT: merchant.certificates.alipayRootCert,
    NODE_OPTIONS: `--import=data:text/javascript,${later}`,
  })
  await server.shows(/"level":40.*"event":"certificate_ends".*expired/)
  await server.kill('SIGKILL')
})
