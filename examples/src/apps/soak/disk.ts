import { execFile } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const runCommand = promisify(execFile)
/** From large to small, so that the last byte is reached soon. */
const FILL_BLOCKS = [1_048_576, 4_096, 1].map((bytes) => Buffer.alloc(bytes))

/** A small disk in memory, which can be filled. */
export interface Disk extends AsyncDisposable {
  readonly folder: string
  /** Outcome: no byte is left on it. */
  fill(): void
  /** Outcome: it has room again. */
  free(): Promise<void>
}

export const noDiskReason = 'No disk is filled: only root can make a small one.'

/** Null for a user who may mount nothing: then no disk is filled. */
export async function openDisk(megabytes: number): Promise<Disk | null> {
  if (userInfo().uid !== 0) return null
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-disk-'))
  const isMounted = await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  if (!isMounted) {
    await rmdir(folder)
    return null
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a')
      for (const block of FILL_BLOCKS) while (isWritten(file, block)) {}
      closeSync(file)
    },
    free: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      // A process that was killed a moment ago may still hold it.
      await runCommand('umount', ['--lazy', folder])
      await rmdir(folder)
    },
  }
}

function isWritten(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}
