import { CheckoutError, readYuan, type UserId } from '@coursepay/core'
import { expect, it, onTestFinished } from 'vitest'
import { pollWaitingPurchases } from '../src/apps/materials/material-shop.js'
import { openPurchaseTable } from '../src/apps/materials/purchase-table.js'

const MINUTE = 60_000

async function openShop(resend: (id: string) => Promise<'sent' | 'not_paid'>) {
  const table = await openPurchaseTable('sqlite::memory:')
  onTestFinished(() => table.close())
  const time = { now: 0 }
  const asked: string[] = []
  const paidMessageResender = {
    resendMessage(_: string, id: string) {
      asked.push(id)
      return resend(id)
    },
  }
  const buy = (purchaseId: string) => {
    const purchase = { purchaseId, userId: purchaseId as UserId, materialId: '1', price: readYuan('9.90') }
    return table.insertOrRead({ ...purchase, status: 'waiting', createDate: time.now })
  }
  return { table, time, asked, buy, round: pollWaitingPurchases(table, paidMessageResender, { now: () => time.now }) }
}

it('a purchase is asked about once it has waited for a minute, then ever less often, and no more once it is paid', async () => {
  const { table, time, asked, buy, round } = await openShop(async () => 'not_paid')
  await buy('p')
  const askedAt: number[] = []
  for (time.now = 0; time.now <= 20 * MINUTE; time.now += MINUTE / 2) {
    asked.length = 0
    await round()
    if (asked.length > 0) askedAt.push(time.now / MINUTE)
  }
  expect(askedAt).toEqual([1, 2, 4, 8, 16])
  await table.setPaid('p')
  time.now = 100 * MINUTE
  asked.length = 0
  await round()
  expect(asked).toEqual([])
})

it('a purchase that was made or asked about while the clock was a year ahead is asked about once it is put back', async () => {
  const { time, asked, buy, round } = await openShop(async () => 'not_paid')
  await buy('before')
  time.now = 365 * 24 * 60 * MINUTE
  await buy('meanwhile')
  await round()
  time.now = MINUTE
  asked.length = 0
  await round()
  expect(asked.toSorted()).toEqual(['before', 'meanwhile'])
  await round()
  expect(asked).toHaveLength(2)
})

it('an order service that is away is asked again in the next round', async () => {
  let away = true
  const { time, asked, buy, round } = await openShop(async () => {
    if (away) throw new CheckoutError('store_unavailable', 'away')
    return 'sent'
  })
  await buy('p')
  time.now = MINUTE
  await expect(round()).rejects.toThrow('away')
  away = false
  await round()
  expect(asked).toEqual(['p', 'p'])
})
