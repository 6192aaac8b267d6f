// Makes a release: one tarball for each package, as `npm publish` takes them. pnpm writes the versions of the workspace
// into them. `npm run release` puts them into release/.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Packs what is built; `folder` is emptied before. Answers the tarballs' paths. */
export function pack(folder: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'tools/pnpm/package.json'), 'utf8'))
  for (const each of globSync('packages/*', { cwd: root })) removeStaleOutputs(join(root, each))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const selection = ['--recursive', '--filter', './packages/*']
  execFileSync('npx', ['-y', `pnpm@${dependencies.pnpm}`, ...selection, 'pack', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  return globSync('*.tgz', { cwd: folder })
    .sort()
    .map((name) => join(folder, name))
}

/** The compiler leaves an output whose source is gone, and it would be published. */
export function removeStaleOutputs(packageFolder: string): void {
  for (const output of globSync('dist/**/*.{js,d.ts,map}', { cwd: packageFolder })) {
    const name = output.replace(/^dist./, '').replace(/(\.d\.ts|\.js)(\.map)?$/, '')
    const sources = [`src/${name}.ts`, `src/${name}.tsx`, `${name}.ts`].map((source) => join(packageFolder, source))
    if (!sources.some((source) => existsSync(source))) rmSync(join(packageFolder, output))
  }
}

if (import.meta.main) {
  const tarballs = pack(join(root, 'release'))
  console.log(tarballs.map((tarball) => `npm publish --access public ${tarball}`).join('\n'))
}
