import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TemporaryFolder {
  readonly path: string
  remove(): void
}

export function makeFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'coursepay-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A database file that goes with the test. */
export function temporaryDatabaseFile(): string {
  const folder = makeFolder()
  onTestFinished(() => folder.remove())
  return join(folder.path, 'test.db')
}
