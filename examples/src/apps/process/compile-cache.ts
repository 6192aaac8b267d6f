import { lstatSync, mkdirSync } from 'node:fs'
import nodeModule from 'node:module'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../../../node_modules/.coursepay/compile-cache')

/**
 * Much of a start is compiling what is the same as at the last one. What lies in the cache is run as code, so it is
 * used only in a folder that nobody else can write to.
 */
export function useCompileCache(folder = FOLDER): boolean {
  if (!isOwnFolder(folder)) return false
  nodeModule.enableCompileCache(folder)
  return true
}

function isOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    if (process.getuid === undefined) return found.isDirectory()
    return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0
  } catch {
    // A disk that only reads: the start is slower.
    return false
  }
}
