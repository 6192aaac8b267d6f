import { existsSync, readFileSync } from 'node:fs'
import { type AlipaySettings, createAlipay } from '@coursepay/adapter-alipay'
import type { Environment } from './read-settings.js'
import { exposedBy, type Surroundings } from './surroundings.js'

const SANDBOX = 'ALIPAY_SANDBOX'
const MERCHANT = [
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

/**
 * Null: the bundled sandbox. Anybody pays there with nothing, so it needs `ALIPAY_SANDBOX=on`, or a process that serves this machine alone.
 * Half a set or a misspelt name is a mistake, never the sandbox.
 */
export function readAlipaySettings(
  environment: Environment,
  surroundings: Surroundings,
  defaultSandbox = '',
): AlipaySettings | null {
  const isSet = (name: string) => environment[name] !== undefined && environment[name] !== ''
  refuseUnknownNames(Object.keys(environment).filter(isSet))
  if (!MERCHANT.some(isSet)) {
    refuseSandbox(environment[SANDBOX] || defaultSandbox, surroundings)
    return null
  }
  if (environment[SANDBOX] === 'on') throw new Error(`${SANDBOX} is on, and keys of a real app are set: remove one`)
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

function refuseUnknownNames(names: readonly string[]): void {
  const unknown = names.filter((name) => /^alipay_/i.test(name) && ![SANDBOX, ...MERCHANT].includes(name))
  if (unknown.length === 0) return
  throw new Error(`${unknown.join(', ')}: no such setting. The names are ${[...MERCHANT, SANDBOX].join(', ')}`)
}

function refuseSandbox(sandbox: string, surroundings: Surroundings): void {
  if (sandbox === 'on') return
  if (sandbox !== '' && sandbox !== 'off') throw new Error(`${SANDBOX} is on or off`)
  const exposed = sandbox === 'off' ? `${SANDBOX} is off` : exposedBy(surroundings)
  if (exposed === null) return
  throw new Error(
    `none is set, and ${exposed}. In the sandbox anybody pays with nothing: set ALIPAY_APP_ID and its keys, or ${SANDBOX}=on`,
  )
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
