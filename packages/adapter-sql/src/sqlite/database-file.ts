import SqliteDriver from 'better-sqlite3'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { createFileIfAbsent, FileReplacementDetector } from './file-identity.js'
import { retryWhenBusy } from './sqlite-errors.js'

export type Connection = SqliteDriver.Database

/**
 * A process reads and writes on one connection: a transaction ends before anything else runs, so that no read sees half
 * of one, and its cache of pages is good after each commit. A second connection would have to read them again.
 */
export interface DatabaseFile {
  readonly connection: Connection
  readonly identity: FileReplacementDetector
}

/**
 * What every connection is set to. FULL, since NORMAL may lose the last commits when the power fails, and those
 * have been answered.
 */
export function configureConnection(connection: Connection): void {
  connection.pragma('busy_timeout = 0')
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  // What a savepoint may have to take back. It is of no use after a crash, and in a file it costs more writes than the
  // rows.
  connection.pragma('temp_store = MEMORY')
  // The file is brought up to date every 16 MB: at SQLite's own 4 MB the pages that every row touches are written too
  // often.
  connection.pragma('wal_autocheckpoint = 4000')
}

/** Opens the database file, and makes it with its folder where it is missing. Throws `store_unavailable`. */
export async function openDatabaseFile(file: string, retry: RetryPolicy): Promise<DatabaseFile> {
  return await retryWhenBusy(retry, () => {
    createFileIfAbsent(file)
    const identity = new FileReplacementDetector(file)
    const connection = new SqliteDriver(file, { timeout: 0 })
    try {
      configureConnection(connection)
      identity.verify()
      return { connection, identity }
    } catch (error) {
      connection.close()
      throw error
    }
  })
}
