import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'

/** Empty databases of a test's own; taken away with it. */
export interface OwnDatabases extends AsyncDisposable {
  /** The address of one more. */
  open(name: string): Promise<string>
}

export async function sqliteFiles(): Promise<OwnDatabases> {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-'))
  return {
    open: async (name) => `sqlite:${join(folder, `${name}.db`)}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

export async function mysqlDatabases(url: string): Promise<OwnDatabases> {
  const server = await createConnection(url)
  const prefix = `test_${randomBytes(4).toString('hex')}`
  const made: string[] = []
  return {
    async open(name) {
      const database = `${prefix}_${name}`
      made.push(database)
      await server.query(`CREATE DATABASE ${database}`)
      return new URL(`/${database}`, url).href
    },
    async [Symbol.asyncDispose]() {
      for (const database of made) await server.query(`DROP DATABASE ${database}`)
      await server.end()
    },
  }
}
