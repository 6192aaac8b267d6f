import { mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sampleCommit, sampleOrder } from '@coursepay/core/contracts'
import { expect, it, onTestFinished } from 'vitest'
import { openFolder } from './support/file-store-harness.js'

const commit = sampleCommit(null, sampleOrder())

async function openShop() {
  const { current, reopen, dispose, secrets } = await openFolder()
  onTestFinished(dispose)
  return { store: () => current().orderStore, reopen, file: join(secrets[0] ?? '', 'shop/orders') }
}

it('a conflict, and a claim that finds nothing, write no file', async () => {
  const { store, file } = await openShop()
  expect(await store().orders.commit(commit)).toBe('committed')
  const { ino, ctimeMs } = statSync(file)
  expect(await store().orders.commit(commit)).toBe('conflict')
  expect(await store().outbox.claim(10, 1_000)).toEqual([])
  expect(statSync(file)).toMatchObject({ ino, ctimeMs })
})

it('a file that a crash left half-written is ignored', async () => {
  const { store, file, reopen } = await openShop()
  await store().orders.commit(commit)
  writeFileSync(`${file}.new`, 'half of it')
  await reopen()
  expect(await store().orders.find({ id: commit.after.id })).toEqual(commit.after)
  expect(await store().orders.commit(sampleCommit(null, sampleOrder(2)))).toBe('committed')
})

it('a commit that cannot be written is not seen by the next read', async () => {
  const { store, file } = await openShop()
  mkdirSync(`${file}.new`)
  await expect(store().orders.commit(commit)).rejects.toMatchObject({ code: 'store_unavailable' })
  expect(await store().orders.find({ id: commit.after.id })).toBeNull()
  rmdirSync(`${file}.new`)
  expect(await store().orders.commit(commit)).toBe('committed')
})
