import { type AlipaySettings, diagnoseCertificateExpiries, diagnoseKeysByTestQuery } from '@coursepay/adapter-alipay'
import { printable } from '@coursepay/core/ports'
import { exposingSetting, isLoopback } from '../settings/addresses.js'
import type { EnvironmentVariables } from '../settings/environment.js'
import { readSettings } from '../settings/read-settings.js'
import type { Settings } from '../settings/settings.js'
import { SettingsError } from '../settings/settings-error.js'
import { checkClock, checkNotifyAddress } from './check-addresses.js'
import { checkBroker, checkDatabase } from './check-services.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

const PRODUCTION_GATEWAY = 'https://openapi.alipay.com/gateway.do'
const MARK_BY_GRADE = { ok: '✓', worry: '!', fault: '✗' } as const

/** Checks everything that a purchase needs and prints what to do. Returns the number of faults. */
export async function diagnose(environment: EnvironmentVariables, print: (line: string) => void): Promise<number> {
  let faults = 0
  for (const { name, run } of checksOf(environment)) {
    for (const { grade, sentence } of await run()) {
      print(`${MARK_BY_GRADE[grade]} ${name}: ${printable(sentence)}`)
      if (grade === 'fault') faults += 1
    }
  }
  print(faults === 0 ? '\nNo fault found.' : `\n${faults} fault${faults > 1 ? 's' : ''} to repair.`)
  return faults
}

function checksOf(environment: EnvironmentVariables): readonly Check[] {
  try {
    return checksForSettings(readSettings(environment))
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return [{ name: 'settings', run: async () => error.mistakes.map(fault) }]
  }
}

function checksForSettings(settings: Settings): readonly Check[] {
  const { alipay, broker, databaseUrl } = settings
  const notifyUrl = `${settings.publicBaseUrl ?? `http://localhost:${settings.port}`}/api/orders/receivenotify`
  return [
    {
      name: 'settings',
      run: async () => [ok('All settings are valid.'), ...settings.warnings.map(worry), ...tokenFindings(settings)],
    },
    ...(alipay === null
      ? [{ name: 'Alipay', run: async () => [sandboxFinding(settings)] }]
      : [
          checkKeys(alipay),
          checkCertificates(alipay, Date.now()),
          checkClock(alipay.gateway ?? PRODUCTION_GATEWAY),
          checkNotifyAddress(notifyUrl, isProduction(settings)),
        ]),
    checkDatabase(databaseUrl),
    ...(broker === null
      ? [{ name: 'broker', run: async () => [worry('AMQP_URL is not set: messages stay in this process.')] }]
      : [checkBroker(broker)]),
  ]
}

/** Real money moves: the settings say so, or the gateway is not on this machine. */
function isProduction({ production, alipay }: Settings): boolean {
  return production || (alipay !== null && !isLoopback(new URL(alipay.gateway ?? PRODUCTION_GATEWAY).hostname))
}

function sandboxFinding(settings: Settings): Finding {
  const exposed = exposingSetting(settings)
  if (exposed === null)
    return worry('No ALIPAY_ setting is set: the server uses the bundled sandbox, and no money moves.')
  return fault(
    `ALIPAY_SANDBOX is on, and ${exposed}: anybody can pay without money. Set ALIPAY_APP_ID and its keys, and remove ALIPAY_SANDBOX.`,
  )
}

function tokenFindings({ tokens }: Settings): Finding[] {
  return tokens === null
    ? [fault('Neither JWT_SECRET nor JWKS_URL is set: the server refuses to start. Set one of them.')]
    : []
}

/** Do the keys fit the app? Reading the settings has checked already that they are not exchanged. */
export const checkKeys = (settings: AlipaySettings): Check => ({
  name: "Alipay's keys",
  run: () => diagnoseKeysByTestQuery(settings),
})

/** When a certificate expires, every call fails at once. */
export const checkCertificates = (settings: AlipaySettings, now: number): Check => ({
  name: 'certificates',
  run: async () => diagnoseCertificateExpiries(settings, now),
})
