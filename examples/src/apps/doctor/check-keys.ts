import { type AlipaySettings, diagnoseCertificates, diagnoseKeys } from '@coursepay/adapter-alipay'
import type { Check } from './finding.js'

/** Do the keys fit the app? Reading the settings has checked already that they are not exchanged. */
export const checkKeys = (settings: AlipaySettings): Check => ({
  name: "Alipay's keys",
  run: () => diagnoseKeys(settings),
})

/** When a certificate expires, every call fails at once. */
export const checkCertificates = (settings: AlipaySettings, now: number): Check => ({
  name: 'certificates',
  run: async () => diagnoseCertificates(settings, now),
})
