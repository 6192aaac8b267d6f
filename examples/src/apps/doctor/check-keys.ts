import { type AlipaySettings, diagnoseCertificates, diagnoseKeys } from '@coursepay/adapter-alipay'
import type { Check } from './finding.js'

/** Do the keys fit the app? (That they are the right way round was looked at when the settings were read.) */
export const checkKeys = (settings: AlipaySettings): Check => ({
  name: "Alipay's keys",
  run: () => diagnoseKeys(settings),
})

/** Certificates run out, and then every call fails at once. */
export const checkCertificates = (settings: AlipaySettings, now: number): Check => ({
  name: 'certificates',
  run: async () => diagnoseCertificates(settings, now),
})
