import { readYuan, type UserId } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { openPurchaseTable } from '../src/apps/materials/purchase-table.js'
import { mysqlDatabases, sqliteFiles } from './support/databases.js'
import { findMysql, named, sqlite } from './support/services.js'

const mysql = await findMysql()
const stores = [
  { store: 'SQLite', needs: sqlite, open: sqliteFiles, options: '' },
  { store: mysql.name, needs: mysql, open: () => mysqlDatabases(mysql.url), options: '?tls=off&pool=2' },
]

describe.each(stores)('the purchase table on $store', ({ needs, open, options }) => {
  const title = 'a user whose name differs in case alone has no part in a purchase'
  it.skipIf(needs.missing !== null)(named(title, needs), async () => {
    await using databases = await open()
    const table = await openPurchaseTable(`${await databases.open('materials')}${options}`)
    const of = (userId: string, purchaseId: string) =>
      table.insertOrRead({
        ...{
          purchaseId,
          userId: userId as UserId,
          materialId: '1',
          price: readYuan('9.90'),
          status: 'waiting',
          createDate: 0,
        },
      })
    await of('alice', 'p')
    await table.setPaid('p')
    expect(await table.findOf('ALICE' as UserId, '1')).toBeNull()
    expect(await of('Alice', 'P')).toMatchObject({ purchaseId: 'P', status: 'waiting' })
    expect(await of('alice', 'another')).toMatchObject({ purchaseId: 'p', status: 'paid' })
    await table.close()
  })

  it.skipIf(needs.missing !== null)(named('calls say that the store is away when it is', needs), async () => {
    await using databases = await open()
    const table = await openPurchaseTable(`${await databases.open('materials')}${options}`)
    await table.close()
    const calls = [
      table.find('p'),
      table.findOf('alice' as UserId, '1'),
      table.setPaid('p'),
      table.setRefunded('p'),
      table.listDue(0, 1, 1),
      table.reschedulePoll('p', 0),
    ]
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
    }
  })
})
