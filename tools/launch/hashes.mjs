import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

const WORKSPACES = ['packages', 'examples', 'bench', 'tools']
/** Neither is an input of the build. */
const SKIPPED = new Set(['node_modules', 'dist', 'test', 'data', 'docs'])

/** Of everything that decides what is installed, on this kind of machine. */
export const hashOfInstallation = () =>
  hashOf(
    [
      ...['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'tools/pnpm/package-lock.json'],
      ...WORKSPACES.flatMap((folder) => filesIn(folder)).filter((file) => file.endsWith('package.json')),
    ],
    `${process.platform} ${process.arch}`,
  )

/** Of everything that the compiler reads. */
export const hashOfSources = () =>
  hashOf(
    [
      ...['tsconfig.json', 'tsconfig.base.json'],
      ...WORKSPACES.flatMap((folder) => filesIn(folder)).filter((file) => /(?<!\.test)\.(tsx?|json)$/.test(file)),
    ],
    '',
  )

function hashOf(files, beginning) {
  const hash = createHash('sha256').update(beginning)
  for (const file of files.sort()) {
    const content = readFileSync(join(root, file))
    hash.update(`\0${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(path)
    return entry.isFile() ? [path] : []
  })
}
