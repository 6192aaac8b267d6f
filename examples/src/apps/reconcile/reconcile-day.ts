import { alipay } from '@coursepay/adapter-alipay'
import { sqlStore } from '@coursepay/adapter-sql'
import { systemClock } from '@coursepay/core/assembly'
import type { BeijingDay } from '@coursepay/core/ports'
import {
  createBillReconciler,
  type ReconciliationAnswer,
  type ReconciliationProgress,
} from '@coursepay/core/reconciliation'
import type { Settings } from '../settings/settings.js'
import { SettingsError } from '../settings/settings-error.js'

/**
 * Reconciles one day on the settings of the server, beside it. Nothing is migrated: a reconciliation of another version
 * must not change the tables under a server that runs. Throws `SettingsError`, `CheckoutError`.
 */
export async function reconcileDay(
  settings: Settings,
  day: BeijingDay,
  onProgress: (progress: ReconciliationProgress) => void,
): Promise<ReconciliationAnswer> {
  if (settings.alipay === null) {
    throw new SettingsError([
      'ALIPAY_*: not set, so no bill can be downloaded. To rehearse, run npm run sandbox and set what it prints, here and for the server',
    ])
  }
  const { gateway, bills } = alipay(settings.alipay)
  const store = await sqlStore({ url: settings.databaseUrl, migrations: 'check' }).open()
  try {
    const reconcile = createBillReconciler({
      ...{ gateway, bills, clock: systemClock },
      store: store.orderStore,
      ids: store.ids,
      settings: { latePolicy: settings.latePolicy },
    })
    return await reconcile(day, onProgress)
  } finally {
    await store.close()
  }
}
