import {
  type AlipayCertificates,
  type AlipaySettings,
  readAppId,
  readGateway,
  readSellerId,
} from './alipay-settings.js'
import { readCertificates, readPrivateKey, readPublicKey } from './read-keys.js'

type EnvironmentVariables = Readonly<Record<string, string | undefined>>

const CERTIFICATE_VARIABLES = {
  appCert: 'ALIPAY_APP_CERT',
  alipayPublicCert: 'ALIPAY_PUBLIC_CERT',
  alipayRootCert: 'ALIPAY_ROOT_CERT',
} as const satisfies Record<keyof AlipayCertificates, string>

/** Reads the ALIPAY_ variables. Null: none is set. Mistakes begin each with the name of the variable. */
export function readEnvironment(environment: EnvironmentVariables): AlipaySettings | readonly string[] | null {
  if (!Object.keys(environment).some((name) => name.startsWith('ALIPAY_') && environment[name])) return null
  const mistakes: string[] = []
  const readChecked = (name: string, check: (text: string, name: string) => unknown): string => {
    const text = environment[name] ?? ''
    try {
      check(text, name)
    } catch (error) {
      mistakes.push(error instanceof Error ? error.message : `${name} cannot be read: check its value.`)
    }
    return text
  }
  const isSet = (name: string) => Boolean(environment[name])
  const usesCertificates = Object.values(CERTIFICATE_VARIABLES).some(isSet)
  const settings: AlipaySettings = {
    appId: readChecked('ALIPAY_APP_ID', readAppId),
    sellerId: readChecked('ALIPAY_SELLER_ID', readSellerId),
    privateKey: readChecked('ALIPAY_PRIVATE_KEY', readPrivateKey),
    ...(isSet('ALIPAY_GATEWAY') ? { gateway: readChecked('ALIPAY_GATEWAY', readGateway) } : {}),
    ...(isSet('ALIPAY_OTHER_PUBLIC_KEY')
      ? { otherAlipayPublicKey: readChecked('ALIPAY_OTHER_PUBLIC_KEY', readPublicKey) }
      : {}),
    ...(usesCertificates
      ? {
          certificates: {
            appCert: readChecked(CERTIFICATE_VARIABLES.appCert, readCertificates),
            alipayPublicCert: readChecked(CERTIFICATE_VARIABLES.alipayPublicCert, readCertificates),
            alipayRootCert: readChecked(CERTIFICATE_VARIABLES.alipayRootCert, readCertificates),
          },
        }
      : { alipayPublicKey: readChecked('ALIPAY_PUBLIC_KEY', readPublicKey) }),
  }
  return mistakes.length > 0 ? mistakes : settings
}
