import { type Scheduler, systemClock, systemScheduler } from '@coursepay/core'
import SqliteDriver from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { type Connection, setUp } from '../../src/sqlite/connections.js'
import { GroupCommit } from '../../src/sqlite/group-commit.js'
import { PreparedStatements } from '../../src/sqlite/prepared-statements.js'
import { temporaryDatabaseFile } from './temporary-folder.js'

export interface GroupCommitHarness {
  readonly commits: GroupCommit
  readonly connection: Connection
  /** Another connection to the same file, as another process has. */
  readonly other: Connection
  /** Every statement that ran, in order. */
  readonly statements: readonly string[]
  /** What other connections see. */
  storedNotes(): string[]
}

/** A writer on a file with one table, `note (text UNIQUE)`. */
export function groupCommitHarness(
  patience: { scheduler?: Scheduler; busyTimeoutMs?: number } = {},
): GroupCommitHarness {
  const { scheduler = systemScheduler, busyTimeoutMs = 5_000 } = patience
  const file = temporaryDatabaseFile()
  const statements: string[] = []
  const connection = new SqliteDriver(file, { timeout: 0, verbose: (sql) => void statements.push(String(sql)) })
  setUp(connection)
  connection.exec('CREATE TABLE note (text TEXT UNIQUE) STRICT')
  const other = new SqliteDriver(file, { timeout: 0 })
  onTestFinished(() => {
    other.close()
    connection.close()
  })
  statements.length = 0
  return {
    commits: new GroupCommit(connection, new PreparedStatements(connection, systemClock), { scheduler, busyTimeoutMs }),
    connection,
    other,
    statements,
    storedNotes: () => other.prepare<[], string>('SELECT text FROM note ORDER BY text').pluck().all(),
  }
}
