import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readSettings } from '../src/apps/settings/read-settings.js'
import { demoSecret } from '../src/demo-shop/demo-secret.js'

async function settingsIn(folderName: string, more: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-secret-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, folderName, 'coursepay.db')
  return {
    settings: readSettings({ DATABASE_URL: `sqlite:${file}`, ...more }),
    secretFile: join(file, '../demo-secret'),
  }
}

it('given a database file, then the secret is the same at the next start, and for its owner alone', async () => {
  const { settings, secretFile } = await settingsIn('not-there-yet')
  const secret = await demoSecret(settings)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(await demoSecret(settings)).toBe(secret)
  expect((await stat(secretFile)).mode & 0o777).toBe(0o600)
  expect(await demoSecret((await settingsIn('another')).settings)).not.toBe(secret)
})

it('given two demos that start at once on one database, then they have one secret', async () => {
  const { settings } = await settingsIn('shared')
  const [some, other] = await Promise.all([demoSecret(settings), demoSecret(settings)])
  expect(some).toBe(other)
})

it('given a secret that is set, or no file to keep one beside, then nothing is kept', async () => {
  const secret = 'x'.repeat(32)
  const { settings, secretFile } = await settingsIn('set', { JWT_SECRET: secret })
  expect(await demoSecret(settings)).toBe(secret)
  await expect(stat(secretFile)).rejects.toThrow('ENOENT')
  const inMemory = readSettings({ DATABASE_URL: 'sqlite::memory:' })
  expect(await demoSecret(inMemory)).not.toBe(await demoSecret(inMemory))
})
