import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { storeUnavailableError } from '../sql/store-errors.js'

/** How old a look at the file may be for a read. */
const MAX_IDENTITY_AGE_MS = 1_000

/**
 * Makes the file, unless it is there, with its folder: nobody but its owner may read it. SQLite gives its other files
 * the same rights.
 */
export function createFileIfAbsent(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
}

/**
 * Which file the connections have open, by device and inode. SQLite keeps writing to a file that somebody deleted or
 * replaced, and what it answers then is gone with the process.
 */
export class FileReplacementDetector {
  readonly #file: string
  readonly #identity: string | null
  #verifiedAt = performance.now()

  constructor(file: string) {
    this.#file = file
    this.#identity = identityOf(file)
  }

  /** Throws `store_unavailable` when another file, or none, is in the place of the one that was opened. */
  verify(): void {
    const found = identityOf(this.#file)
    if (found === null || found !== this.#identity) {
      const what = found === null ? 'deleted' : 'replaced'
      throw storeUnavailableError(`The database file was ${what} while it was open: put it back, and start again.`)
    }
    this.#verifiedAt = performance.now()
  }

  /** The same, unless it was verified within the last second. */
  verifyOften(): void {
    if (performance.now() - this.#verifiedAt >= MAX_IDENTITY_AGE_MS) this.verify()
  }
}

function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}
