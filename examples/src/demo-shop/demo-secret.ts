import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Settings } from '../apps/settings/settings.js'

const SQLITE = 'sqlite:'

/**
 * What the demo signs sessions and tokens with. Unless it is set, it is made once and kept beside the database, so that
 * a browser is the same user after the demo was started again, and finds its orders and courses.
 */
export async function demoSecret({ tokens, databaseUrl }: Settings): Promise<string> {
  if (tokens !== null && 'secret' in tokens) return tokens.secret
  const isFile = databaseUrl.startsWith(SQLITE) && databaseUrl !== `${SQLITE}:memory:`
  return isFile ? loadOrCreateSecret(dirname(resolve(databaseUrl.slice(SQLITE.length)))) : newSecret()
}

const newSecret = (): string => randomBytes(32).toString('hex')

async function loadOrCreateSecret(folder: string): Promise<string> {
  const file = join(folder, 'demo-secret')
  await mkdir(folder, { recursive: true })
  // Written whole before it has its name: of two demos that start at once, the second finds the first one's, and never
  // a half.
  const draft = `${file}.${process.pid}.${newSecret().slice(0, 8)}`
  await writeFile(draft, newSecret(), { mode: 0o600 })
  await link(draft, file).catch(ignoreExisting)
  await rm(draft)
  return readFile(file, 'utf8')
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
