import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readTested } from './record.ts'
import { withTable } from './table.ts'

const page = `${import.meta.dirname}/../../docs/tested-versions.md`
const files = new Set(globSync('{packages,examples}/**/test/**/*.test.ts').map((path) => basename(path, '.test.ts')))
const tested = Object.fromEntries(Object.entries(readTested()).filter(([name]) => files.has(name)))
writeFileSync(page, withTable(readFileSync(page, 'utf8'), tested))
