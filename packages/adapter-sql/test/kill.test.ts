import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { migrateOnce } from './support/migrated.js'
import { runScript } from './support/processes.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const CALLERS = '40'

function storedIds(file: string): ReadonlySet<string> {
  const connection = new SqliteDriver(file, { readonly: true })
  const ids = connection.prepare<[], bigint>('SELECT id FROM xc_orders').pluck().safeIntegers().all()
  connection.close()
  return new Set(ids.map(String))
}

async function migrated(): Promise<{ readonly file: string; readonly url: string }> {
  const file = temporaryDatabaseFile()
  const url = `sqlite:${file}`
  await migrateOnce(url)
  return { file, url }
}

const linesOf = (output: string) => output.slice(0, output.lastIndexOf('\n')).split('\n')

it('everything that was answered before the process was killed is stored', async () => {
  const { file, url } = await migrated()
  for (const round of [1, 2, 3]) {
    const script = runScript('commit-orders.mjs', url, `${round}000000`, CALLERS)
    await script.printed(400 * round)
    script.child.kill('SIGKILL')
    const { signal, output } = await script.ending
    expect(signal).toBe('SIGKILL')
    const answered = linesOf(output)
    expect(answered.length).toBeGreaterThanOrEqual(400)
    const stored = storedIds(file)
    expect(answered.filter((id) => !stored.has(id))).toEqual([])
  }
})

it('two processes write to one file, each waiting for the other', async () => {
  const { file, url } = await migrated()
  const scripts = ['1000000', '2000000'].map((firstId) => runScript('commit-orders.mjs', url, firstId, CALLERS))
  await Promise.all(scripts.map((script) => script.printed(500)))
  for (const { child } of scripts) child.kill('SIGKILL')
  const endings = await Promise.all(scripts.map((script) => script.ending))
  const stored = storedIds(file)
  for (const { output } of endings) expect(linesOf(output).filter((id) => !stored.has(id))).toEqual([])
})
