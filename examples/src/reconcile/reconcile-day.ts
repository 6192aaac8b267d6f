import { createAlipay } from '@coursepay/adapter-alipay'
import { openDatabase } from '@coursepay/adapter-sql'
import {
  type BeijingDay,
  createReconciliation,
  type ReconciliationAnswer,
  type ReconciliationProgress,
  systemClock,
} from '@coursepay/core'
import type { Settings } from '../settings/settings.js'
import { SettingsError } from '../settings/settings-error.js'

/**
 * Reconciles one day on the settings of the server, beside it. Nothing is migrated: a reconciliation of another version must not
 * change the tables under a server that runs. Throws `SettingsError`, `CheckoutError`.
 */
export async function reconcileDay(
  settings: Settings,
  day: BeijingDay,
  onProgress: (progress: ReconciliationProgress) => void,
): Promise<ReconciliationAnswer> {
  if (settings.alipay === null) {
    throw new SettingsError([
      'ALIPAY_*: not set, so there is nobody to ask for a bill. To rehearse, run npm run sandbox and set what it prints, here and for the server',
    ])
  }
  const { gateway, bills } = createAlipay(settings.alipay)
  const database = await openDatabase({ url: settings.databaseUrl })
  try {
    const reconcile = createReconciliation({
      ...{ gateway, bills, clock: systemClock },
      ledger: database.paymentLedger,
      unitOfWork: database.orderUnitOfWork,
      ids: database.idGenerator,
      settings: { latePolicy: settings.latePolicy },
    })
    return await reconcile(day, onProgress)
  } finally {
    await database.close()
  }
}
