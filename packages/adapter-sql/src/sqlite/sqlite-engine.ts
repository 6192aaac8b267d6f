import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@coursepay/core'
import type { SqlEngine } from '../sql/engine.js'
import type { Patience } from '../sql/patience.js'
import { type Connections, openConnections } from './connections.js'
import { GroupCommit } from './group-commit.js'
import { migrate } from './migrate.js'
import { PreparedStatements } from './prepared-statements.js'
import { separateSession } from './separate-session.js'
import { toCheckoutError } from './sqlite-errors.js'

/** The file of a database that lives as long as its process: two connections cannot share one in memory. */
export const temporaryFile = (): string => join(mkdtempSync(join(tmpdir(), 'coursepay-')), 'temporary.db')

export interface SqliteOptions extends Patience {
  readonly file: string
  /** Removed with its folder on close. */
  readonly temporary: boolean
  readonly clock: Clock
  readonly tablePrefix: string
}

/** SQLite on one file. Throws `store_unavailable` when it cannot be opened. */
export async function openSqlite(options: SqliteOptions): Promise<SqlEngine> {
  return sqliteEngine(await openConnections(options.file, options), options)
}

/** SQLite on connections that are open. */
export function sqliteEngine(connections: Connections, options: SqliteOptions): SqlEngine {
  const { writer, reader } = connections
  const commits = new GroupCommit(writer, new PreparedStatements(writer, options.clock), options)
  return {
    session: separateSession(commits, new PreparedStatements(reader, options.clock), options),
    migrate: (onProgress) => migrate(options, onProgress),
    // Units have the writer to themselves.
    conflictRetries: () => 0,
    async close() {
      await commits.close()
      closeBoth(connections)
      if (options.temporary) rmSync(dirname(options.file), { recursive: true, force: true })
    },
  }
}

/** The writer last: it folds the write-ahead log into the file, which it can only do alone. */
function closeBoth({ writer, reader }: Connections): void {
  try {
    reader.close()
    writer.close()
  } catch (error) {
    throw toCheckoutError(error)
  }
}
