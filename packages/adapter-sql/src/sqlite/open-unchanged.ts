import { existsSync, readFileSync, statSync } from 'node:fs'
import SqliteDriver from 'better-sqlite3'
import type { Connection } from './connections.js'

/** Above this a file is opened in its place. */
const MAX_COPY_BYTES = 256 * 1024 * 1024
/** Where a file says that it has a write-ahead log; a copy in memory has none. */
const JOURNAL_MODE_AT = [18, 19]
const ROLLBACK_JOURNAL = 1

/**
 * The first reader of a file creates the files of its write-ahead log, owned by the user who runs it; the server might
 * then not open its own database. So a file that nobody has open is read into memory.
 */
export function openUnchanged(file: string): Connection {
  if (existsSync(`${file}-wal`) || statSync(file).size > MAX_COPY_BYTES)
    return new SqliteDriver(file, { readonly: true })
  const copy = readFileSync(file)
  for (const index of JOURNAL_MODE_AT) if (copy.length > index) copy[index] = ROLLBACK_JOURNAL
  return new SqliteDriver(copy)
}
