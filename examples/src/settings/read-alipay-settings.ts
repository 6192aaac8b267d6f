import { existsSync, readFileSync } from 'node:fs'
import { type AlipaySettings, createAlipay } from '@coursepay/adapter-alipay'
import type { Environment } from './read-settings.js'

const ALL = [
  'ALIPAY_APP_ID',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_PUBLIC_KEY',
  'ALIPAY_OTHER_PUBLIC_KEY',
  'ALIPAY_SELLER_ID',
  'ALIPAY_GATEWAY',
  'ALIPAY_APP_CERT',
  'ALIPAY_PUBLIC_CERT',
  'ALIPAY_ROOT_CERT',
]
const CERTIFICATES = ['ALIPAY_APP_CERT', 'ALIPAY_PUBLIC_CERT', 'ALIPAY_ROOT_CERT']
const TEXTS = ['ALIPAY_PRIVATE_KEY', 'ALIPAY_PUBLIC_KEY', 'ALIPAY_OTHER_PUBLIC_KEY', ...CERTIFICATES]
const ALWAYS = ['ALIPAY_APP_ID', 'ALIPAY_PRIVATE_KEY', 'ALIPAY_SELLER_ID']

/** Null when none is set: then the bundled sandbox is started. Half a set is a mistake, never the sandbox. */
export function readAlipaySettings(environment: Environment): AlipaySettings | null {
  const isSet = (name: string) => environment[name] !== undefined && environment[name] !== ''
  if (!ALL.some(isSet)) return null
  const byCertificate = CERTIFICATES.some(isSet)
  const wanted = [...ALWAYS, ...(byCertificate ? CERTIFICATES : ['ALIPAY_PUBLIC_KEY'])]
  const missing = wanted.filter((name) => !isSet(name))
  const mistakes = [
    ...(missing.length > 0 ? [`these are missing: ${missing.join(', ')}`] : []),
    ...TEXTS.filter(isSet).flatMap((name) => mistakeOf(() => readText(name, environment[name] ?? ''))),
    ...(isSet('ALIPAY_GATEWAY') ? mistakeOf(() => readGateway(environment.ALIPAY_GATEWAY ?? '')) : []),
  ]
  if (mistakes.length > 0) throw new Error(mistakes.join('; '))

  const text = (name: string) => readText(name, environment[name] ?? '')
  const settings: AlipaySettings = {
    appId: environment.ALIPAY_APP_ID ?? '',
    sellerId: environment.ALIPAY_SELLER_ID ?? '',
    privateKey: text('ALIPAY_PRIVATE_KEY'),
    ...(isSet('ALIPAY_GATEWAY') ? { gateway: readGateway(environment.ALIPAY_GATEWAY ?? '') } : {}),
    ...(isSet('ALIPAY_OTHER_PUBLIC_KEY') ? { otherAlipayPublicKey: text('ALIPAY_OTHER_PUBLIC_KEY') } : {}),
    ...(byCertificate
      ? {
          certificates: {
            appCert: text('ALIPAY_APP_CERT'),
            alipayPublicCert: text('ALIPAY_PUBLIC_CERT'),
            alipayRootCert: text('ALIPAY_ROOT_CERT'),
          },
        }
      : { alipayPublicKey: text('ALIPAY_PUBLIC_KEY') }),
  }
  // Reads every key now: a broken one is a mistake in the settings, not a failed payment later.
  createAlipay(settings)
  return settings
}

function mistakeOf(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : 'cannot be read']
  }
}

/** PEM text, bare base64, or the path of a file that holds either. A path is short and a key is not. */
function readText(name: string, value: string): string {
  if (value.includes('-----BEGIN')) return value
  if (existsSync(value)) return readFileSync(value, 'utf8')
  if (value.length < 200) throw new Error(`${name} is neither a key nor a file that exists`)
  return value
}

function readGateway(address: string): string {
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('ALIPAY_GATEWAY is not an address')
  return address
}
