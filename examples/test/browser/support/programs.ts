import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs of this machine that some tests need; why those tests are left out when one is not there. */
export interface Programs {
  readonly chromium: string
  readonly zbarimg: string
  /** A sentence when one is missing; null when both are there. */
  readonly missing: string | null
}

/** The first has no window: it takes half of the others' CPU time. */
const CHROMIUM = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * With `REQUIRE_SERVICES=1` both must be there: then this throws, so that the test file fails instead of being left
 * out.
 */
export function findPrograms(): Programs {
  const chromium = process.env.CHROMIUM_PATH ?? findOnPath(CHROMIUM)
  const zbarimg = findOnPath(['zbarimg'])
  const missing = [chromium ? [] : 'no Chromium found', zbarimg ? [] : 'no zbarimg found (Debian: zbar-tools)'].flat()
  if (missing.length === 0) return { chromium, zbarimg, missing: null }
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`${missing.join(', ')}, and REQUIRE_SERVICES=1 needs both.`)
  return { chromium, zbarimg, missing: missing.join(', ') }
}

/** The suite's name, with the reason behind it when the suite is left out. */
export const named = (name: string, { missing }: Programs): string =>
  missing === null ? name : `${name} (skipped: ${missing})`

/** What an independent reader sees in a picture; throws when it finds no code. */
export function readQr({ zbarimg }: Programs, picture: Buffer): string {
  return execFileSync(zbarimg, ['--quiet', '--raw', '-'], { input: picture, encoding: 'utf8' }).trim()
}

function findOnPath(names: readonly string[]): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? ''
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
