import { X509Certificate } from 'node:crypto'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { expect, it } from 'vitest'
import { checkCertificates } from '../src/apps/doctor/diagnose.js'

const DAY_MS = 86_400_000

it.each([
  ['31 days', 31, 'ok', /is valid for 31 days/],
  ['29 days', 29, 'worry', /expires in 29 days: make a new one in the console now/],
  ['less than a day', 0, 'worry', /expires in 0 days/],
  ['no time: it expired', -3, 'fault', /expired 3 days ago/],
])(
  'given certificates that are good for %s, then the doctor says so 30 days ahead',
  async (_, days, grade, sentence) => {
    await using sandbox = await startAlipaySandbox({ certificates: true })
    const { certificates } = sandbox.merchant
    if (certificates === undefined) throw new Error('The sandbox made no certificates.')
    const ends = Object.values(certificates).map((pem) => Date.parse(new X509Certificate(pem).validTo))
    const now = Math.min(...ends) - days * DAY_MS
    const findings = await checkCertificates({ ...sandbox.merchant, certificates }, now).run()
    expect(findings).toContainEqual({ grade, sentence: expect.stringMatching(sentence) })
  },
)
