import type { BearerOptions, Log } from '@coursepay/http-hono'
import pino from 'pino'
import { type ProgramSettings, readSettings } from '../settings/read-settings.js'
import type { Settings } from '../settings/settings.js'
import { errorText, SettingsError } from '../settings/settings-error.js'
import { watchCertificates } from './certificate-ends.js'
import { runMain } from './start-program.js'

interface RunningService {
  readonly port: number
  stop(): Promise<void>
}

const SANDBOX_WARNING =
  'The server uses the bundled Alipay sandbox: anybody can pay without money. Set ALIPAY_APP_ID and its keys for real payments.'

/** The frame of a service's main program: settings, log, clean stop, and mistakes in the settings without a stack. */
export async function serviceMain(
  name: string,
  program: ProgramSettings,
  start: (settings: Settings, tokens: BearerOptions, log: Log) => Promise<RunningService>,
): Promise<void> {
  const log = pino({ name })
  try {
    const settings = readSettings(process.env, { tokens: 'needed', ...program })
    if (settings.tokens === null) throw new SettingsError(['JWT_SECRET or JWKS_URL: neither is set: set one'])
    for (const warning of settings.warnings) log.warn(warning)
    if (settings.alipay === null && program.gateway !== 'none') log.warn(SANDBOX_WARNING)
    const running = await start(settings, settings.tokens, {
      info: (fields) => log.info(fields),
      error: (fields) => log.error(fields),
    })
    const endWatch = watchCertificates(settings.alipay, (sentence) => log.warn({ event: 'certificate_ends' }, sentence))
    await runMain(running, () => log.info({ port: running.port }, 'open'))
    endWatch()
    log.info('closed')
  } catch (error) {
    console.error(errorText(error))
    process.exitCode = 1
  }
}
