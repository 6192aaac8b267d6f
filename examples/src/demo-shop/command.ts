import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import type { Log } from '@coursepay/http-hono'
import { runMain } from '../apps/process/start-program.js'
import { readSettings } from '../apps/settings/read-settings.js'
import { errorText, SettingsError } from '../apps/settings/settings-error.js'
import { appWithPages } from '../apps/shop/app-with-pages.js'
import { startShop } from '../apps/shop/start-shop.js'
import { demoSecret } from './demo-secret.js'
import { demoSignIn } from './demo-sign-in.js'
import { printHowToBuy } from './how-to-buy.js'
import { walkOnePurchase } from './one-purchase.js'

/** A demo shows what goes wrong and keeps quiet otherwise. */
const consoleLog: Log = {
  info() {},
  error(fields) {
    console.error(JSON.stringify(fields))
  },
}

function readOnceOption(args: string[]): boolean {
  try {
    return parseArgs({ args, options: { once: { type: 'boolean' } } }).values.once ?? false
  } catch {
    throw new SettingsError([`${args.join(' ')}: unknown argument. Use --once or nothing`])
  }
}

/** Starts everything on the embedded defaults. `--once` walks one purchase and ends; without it the shop stays open. */
async function main(): Promise<void> {
  const once = readOnceOption(process.argv.slice(2))
  const settings = readSettings(process.env, {
    defaults: { ALIPAY_SANDBOX: 'on', DATABASE_URL: 'sqlite:./data/demo.db' },
  })
  // One purchase must not fail because something else listens on port 3000.
  const port = once && !process.env.PORT ? 0 : settings.port
  const secret = await demoSecret(settings)
  const operatorCode = randomBytes(16).toString('base64url')
  const shop = await startShop(
    { ...settings, port },
    { secret },
    consoleLog,
    appWithPages(demoSignIn(secret, operatorCode)),
  )
  if (once) {
    try {
      await walkOnePurchase(shop, secret)
    } finally {
      await shop.stop()
    }
    return
  }
  await runMain(shop, () => printHowToBuy(shop, secret, operatorCode))
}

await main().catch((error: unknown) => {
  console.error(errorText(error))
  process.exitCode = 1
})
