import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const BLOCK = Buffer.alloc(65_536)
const SMALL_BLOCK = BLOCK.subarray(0, 4_096)

/** A small disk in memory, which can be filled. */
export interface Disk extends AsyncDisposable {
  readonly folder: string
  /** Outcome: no byte is left on it. */
  fill(): Promise<void>
  /** Outcome: it has room again. */
  makeRoom(): Promise<void>
}

/** Null for a user who may mount nothing: then no disk is filled. */
export async function openDisk(megabytes: number): Promise<Disk | null> {
  if (userInfo().uid !== 0) return null
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-disk-'))
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).then(
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
    async fill() {
      await using file = await open(ballast, 'a')
      for (const block of [BLOCK, SMALL_BLOCK]) while (await isWritten(file.write(block))) {}
    },
    makeRoom: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      // A process that was killed a moment ago may still hold it.
      await run('umount', ['--lazy', folder])
      await rmdir(folder)
    },
  }
}

const isWritten = (writing: Promise<unknown>): Promise<boolean> =>
  writing.then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOSPC') return false
      throw error
    },
  )
