import SqliteDriver from 'better-sqlite3'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { createFile, FileIdentity } from './file-identity.js'
import { retryWhenBusy } from './sqlite-errors.js'

export type Connection = SqliteDriver.Database

/** One connection writes, another reads: so a read outside a unit of work never sees what is not committed. */
export interface Connections {
  readonly writer: Connection
  readonly reader: Connection
  readonly file: FileIdentity
}

/**
 * What every writing connection is set to. FULL, since NORMAL may lose the last commits when the power fails, and those
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
export async function openConnections(file: string, retry: RetryPolicy): Promise<Connections> {
  return await retryWhenBusy(retry, () => {
    createFile(file)
    const identity = new FileIdentity(file)
    const writer = new SqliteDriver(file, { timeout: 0 })
    try {
      configureConnection(writer)
      const reader = new SqliteDriver(file, { readonly: true, timeout: 0 })
      identity.verify()
      return { writer, reader, file: identity }
    } catch (error) {
      writer.close()
      throw error
    }
  })
}
