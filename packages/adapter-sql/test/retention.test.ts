import { sampleJournalEntry } from '@coursepay/core/contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const outTradeNo = 'of the retention'

function describeRetention(urlOf: () => string): void {
  it('the oldest proofs before a time are deleted, no more than asked for', async () => {
    const { orderStore, retention, close } = await sqlStore({ url: urlOf() }).open()
    onTestFinished(close)
    const { journal } = orderStore
    const now = Date.now()
    for (const count of [3, 1, 2, 4])
      await journal.append(sampleJournalEntry(count, { outTradeNo, receivedAt: now + count }))
    const left = async () => (await journal.listOf(outTradeNo)).map(({ receivedAt }) => receivedAt - now)
    expect(await retention.deleteBefore('evidence', now + 4, 2)).toBe(2)
    expect(await left()).toEqual([3, 4])
    expect(await retention.deleteBefore('evidence', now + 4, 10)).toBe(1)
    expect(await left()).toEqual([4])
  })
}

describe('retention on SQLite', () => {
  describeRetention(() => `sqlite:${temporaryDatabaseFile()}`)
})

describeOnMysql('retention on MySQL', () => {
  const test = mysqlTestDatabase()
  describeRetention(() => test.url())
})
