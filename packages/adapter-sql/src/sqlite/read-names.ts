import { existsSync, readFileSync, statSync } from 'node:fs'
import SqliteDriver, { type Database } from 'better-sqlite3'
import { toCheckoutError } from './sqlite-errors.js'

/** Above this a file is opened in its place. */
const MAX_COPY_BYTES = 256 * 1024 * 1024
/** Where a file says that it has a write-ahead log; a copy in memory has none. */
const JOURNAL_MODE_AT = [18, 19]
const ROLLBACK_JOURNAL = 1

/** Answers the column `name` of a table; nothing when file or table are not there. Throws `store_unavailable`. */
export function readNames(file: string, table: string): readonly string[] {
  if (!existsSync(file)) return []
  try {
    const database = openUnchanged(file)
    try {
      const known = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table)
      if (known === undefined) return []
      return database.prepare<[], string>(`SELECT name FROM ${table}`).pluck().all()
    } finally {
      database.close()
    }
  } catch (error) {
    throw toCheckoutError(error)
  }
}

/**
 * A reader of a file that nobody has open would leave the files of its write-ahead log beside it, owned by whoever ran it; the server might
 * then not open its own database. So such a file is read into memory.
 */
function openUnchanged(file: string): Database {
  if (existsSync(`${file}-wal`) || statSync(file).size > MAX_COPY_BYTES)
    return new SqliteDriver(file, { readonly: true })
  const copy = readFileSync(file)
  for (const place of JOURNAL_MODE_AT) if (copy.length > place) copy[place] = ROLLBACK_JOURNAL
  return new SqliteDriver(copy)
}
