import { expect, it } from 'vitest'
import { openDatabase } from '../src/open-database.js'
import { runScript } from './support/processes.js'
import { beside } from './support/sqlite-harness.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const CALLERS = '40'

const storedIds = (file: string) =>
  beside(file, (connection) => {
    const ids = connection.prepare<[], bigint>('SELECT id FROM mq_message').pluck().safeIntegers().all()
    return new Set(ids.map(String))
  })

async function migrated(): Promise<{ readonly file: string; readonly url: string }> {
  const file = temporaryDatabaseFile()
  const url = `sqlite:${file}`
  const database = await openDatabase({ url })
  await database.migrate()
  await database.close()
  return { file, url }
}

it('has everything that was answered before the process was killed', async () => {
  const { file, url } = await migrated()
  for (const round of [1, 2, 3]) {
    const script = runScript('write-messages.mjs', url, `${round}000000`, CALLERS)
    await script.printed(400 * round)
    script.child.kill('SIGKILL')
    const { signal, output } = await script.ending
    expect(signal).toBe('SIGKILL')
    const answered = output.slice(0, output.lastIndexOf('\n')).split('\n')
    expect(answered.length).toBeGreaterThanOrEqual(400)
    const stored = storedIds(file)
    expect(answered.filter((id) => !stored.has(id))).toEqual([])
  }
})

it('lets two processes write to one file, each waiting for the other', async () => {
  const { file, url } = await migrated()
  const scripts = ['1000000', '2000000'].map((firstId) => runScript('write-messages.mjs', url, firstId, CALLERS))
  await Promise.all(scripts.map((script) => script.printed(500)))
  for (const { child } of scripts) child.kill('SIGKILL')
  const endings = await Promise.all(scripts.map((script) => script.ending))
  const stored = storedIds(file)
  for (const { output } of endings) {
    const answered = output.slice(0, output.lastIndexOf('\n')).split('\n')
    expect(answered.filter((id) => !stored.has(id))).toEqual([])
  }
})
