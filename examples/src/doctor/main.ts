import { readSettings } from '../settings/read-settings.js'
import type { Settings } from '../settings/settings.js'
import { SettingsError } from '../settings/settings-error.js'
import { checkClock, checkNotifyAddress } from './check-addresses.js'
import { checkCertificates, checkKeys } from './check-keys.js'
import { checkBroker, checkDatabase } from './check-services.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

const PRODUCTION = 'https://openapi.alipay.com/gateway.do'
const MARK = { ok: '✓', worry: '!', fault: '✗' } as const

/** Looks at everything that a purchase needs, and says what to do. Ends with 1 when there is a fault. */
async function main(): Promise<void> {
  const settings = readOrTell()
  if (settings === null) return
  let faults = 0
  for (const { name, run } of checksOf(settings)) {
    for (const finding of await run()) {
      tell(name, finding)
      if (finding.grade === 'fault') faults += 1
    }
  }
  console.log(
    faults === 0 ? '\nNothing stands in the way of a payment.' : `\n${faults} fault${faults > 1 ? 's' : ''} to mend.`,
  )
  if (faults > 0) process.exitCode = 1
}

const tell = (name: string, { grade, sentence }: Finding) => console.log(`${MARK[grade]} ${name}: ${sentence}`)

function readOrTell(): Settings | null {
  try {
    return readSettings(process.env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    for (const mistake of error.mistakes) tell('settings', fault(mistake))
    process.exitCode = 1
    return null
  }
}

function checksOf(settings: Settings): Check[] {
  const { alipay, broker, databaseUrl } = settings
  const notifyUrl = `${settings.publicBaseUrl ?? `http://localhost:${settings.port}`}/api/orders/receivenotify`
  return [
    { name: 'settings', run: async () => [ok('They can all be read.'), ...tokenFindings(settings)] },
    ...(alipay === null
      ? [
          {
            name: 'Alipay',
            run: async () => [worry('No ALIPAY_ setting: the bundled sandbox is used, and no money moves.')],
          },
        ]
      : [
          checkKeys(alipay),
          checkCertificates(alipay, Date.now()),
          checkClock(alipay.gateway ?? PRODUCTION),
          checkNotifyAddress(notifyUrl),
        ]),
    checkDatabase(databaseUrl),
    ...(broker === null
      ? [{ name: 'broker', run: async () => [worry('AMQP_URL is not set: messages stay in this process.')] }]
      : [checkBroker(broker)]),
  ]
}

function tokenFindings({ tokens }: Settings): Finding[] {
  if (tokens === null) return [fault('Neither JWT_SECRET nor JWKS_URL is set: the server refuses to start.')]
  const short = 'secret' in tokens && tokens.secret.length < 32
  return short ? [worry('JWT_SECRET is shorter than 32 characters: it can be guessed.')] : []
}

await main()
