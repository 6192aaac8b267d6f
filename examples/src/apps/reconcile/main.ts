import { startProgram } from '../process/start-program.js'
import { SETTINGS, type SettingName } from '../settings/names.js'

const alipay = (Object.keys(SETTINGS) as SettingName[]).filter((name) => name.startsWith('ALIPAY_'))

await startProgram(
  {
    command: 'reconcile',
    about:
      "Compares a day with Alipay's bill, books what it proves, prints a report. Exits with 1 when differences are left, 2 on settings or arguments that cannot be read, 3 when it could not be done (no bill yet).",
    options: { '--date YYYY-MM-DD': 'the day, in Beijing time' },
    settings: ['DATABASE_URL', ...alipay, 'PAYMENT_LATE_POLICY'],
  },
  () => import('./command.js'),
)
