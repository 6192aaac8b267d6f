// Draws ten names of each package for the test of the fresh reader: node tools/draw-names.mjs SEED
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const PER_PACKAGE = 10
const DECLARATION = /^(?:export )?(?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** mulberry32: the same seed draws the same names. */
function randomFrom(seed) {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const random = randomFrom(Number(process.argv[2] ?? 1))
for (const folder of globSync('packages/*/src', { cwd: root }).sort()) {
  const files = globSync('**/*.{ts,tsx}', { cwd: join(root, folder) }).filter((file) => !file.includes('.test.'))
  const names = files.sort().flatMap((file) => {
    const text = readFileSync(join(root, folder, file), 'utf8')
    return [...text.matchAll(DECLARATION)].map(([, name]) => `  ${name}  (${file})`)
  })
  console.log(relative('packages', dirname(folder)))
  for (let count = 0; count < PER_PACKAGE && names.length > 0; count += 1) {
    console.log(names.splice(random(names.length), 1)[0])
  }
}
