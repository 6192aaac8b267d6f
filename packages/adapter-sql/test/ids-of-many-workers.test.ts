import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { migrateOnce } from './support/migrated.js'
import { scriptPath } from './support/processes.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const WORKERS = 4
const IDS_OF_EACH = 250_000

it('makes a million ids in four workers whose clocks step, and none of them twice', { timeout: 60_000 }, async () => {
  const url = `sqlite:${temporaryDatabaseFile()}`
  await migrateOnce(url)
  const all = new BigUint64Array(WORKERS * IDS_OF_EACH)
  const made = Array.from({ length: WORKERS }, async (_, index) => {
    const workerData = { url, count: IDS_OF_EACH, stepBackMs: 20 * (index + 1) }
    const [ids] = await once(new Worker(scriptPath('make-ids.mjs'), { workerData }), 'message')
    all.set(ids, index * IDS_OF_EACH)
  })
  await Promise.all(made)
  all.sort()
  expect(all.filter((id, index) => index > 0 && id === all[index - 1])).toHaveLength(0)
  expect(all[0]).toBeGreaterThan(0n)
})
