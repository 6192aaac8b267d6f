import { systemClock, systemScheduler } from '@coursepay/core'
import { onTestFinished } from 'vitest'
import { databaseOn } from '../../src/open-database.js'
import type { SqlSession } from '../../src/sql/session.js'
import { openConnections } from '../../src/sqlite/connections.js'
import { sqliteEngine } from '../../src/sqlite/sqlite-engine.js'
import { temporaryDatabaseFile } from './temporary-folder.js'

export interface IdDatabase {
  readonly session: SqlSession
  /** From now on the store cannot be reached. */
  breakDown(): void
}

/** A migrated database, with the session that worker numbers are leased by. */
export async function idDatabase(): Promise<IdDatabase> {
  const file = temporaryDatabaseFile()
  const options = { file, temporary: false, clock: systemClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
  const connections = await openConnections(file, options)
  const engine = sqliteEngine(connections, options)
  const database = databaseOn(engine, systemScheduler)
  await database.migrate()
  onTestFinished(() => database.close())
  return {
    session: engine.session,
    breakDown() {
      connections.writer.close()
      connections.reader.close()
    },
  }
}
