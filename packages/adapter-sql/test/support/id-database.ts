import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import { onTestFinished } from 'vitest'
import type { SqlSession } from '../../src/sql/session.js'
import { openDatabaseFile } from '../../src/sqlite/database-file.js'
import { createEngineOnOpenFile } from '../../src/sqlite/sqlite-engine.js'
import { temporaryDatabaseFile } from './temporary-folder.js'

export interface IdDatabase {
  readonly session: SqlSession
  /** From now on the store cannot be reached. */
  breakDown(): void
}

/** A migrated database, with the session that worker numbers are leased by. */
export async function idDatabase(): Promise<IdDatabase> {
  const file = temporaryDatabaseFile()
  const policy = { clock: systemClock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
  const options = { ...policy, file, temporary: false, tablePrefix: '' }
  const database = await openDatabaseFile(file, options)
  const engine = createEngineOnOpenFile(database, options)
  await engine.migrate(() => {})
  onTestFinished(() => engine.close())
  return {
    session: engine.session,
    breakDown: () => database.connection.close(),
  }
}
