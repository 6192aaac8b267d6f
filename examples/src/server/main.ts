import pino from 'pino'
import { readSettings } from '../settings/read-settings.js'
import { SettingsError } from '../settings/settings-error.js'
import { runMain } from '../shop/run-main.js'
import { startShop } from '../shop/start-shop.js'

/** The order and learning services on the settings of the environment. */
async function main(): Promise<void> {
  const settings = readSettings(process.env)
  if (settings.tokens === null) {
    throw new SettingsError(['JWT_SECRET or JWKS_URL: set one, or nobody could tell who is asking'])
  }
  const log = pino()
  const shop = await startShop(settings, settings.tokens, {
    info: (fields) => log.info(fields),
    error: (fields) => log.error(fields),
  })
  log.info({ port: shop.port, publicBaseUrl: shop.publicBaseUrl, sandbox: shop.sandbox !== null }, 'coursepay is open')
  await runMain(shop)
  log.info('coursepay is closed')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
