import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** How many tests passed, by test file and server: `{"mysql-races": {"MySQL 9.7.4": 12}}`. */
export type Tested = Readonly<Record<string, Readonly<Record<string, number>>>>

const FILE = `${import.meta.dirname}/../../node_modules/.cache/tested-on-servers.json`
const SERVER = /\b(?:MySQL|MariaDB|RabbitMQ) \d+\.\d+\.\d+/g

export const readTested = (): Tested => (existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {})

/**
 * Notes what passed on which server, as the names of the tests say it. Runs of some files leave what is noted of the
 * others.
 */
export class ServerRecord implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tested: Record<string, Readonly<Record<string, number>>> = { ...readTested() }
    for (const module of modules) {
      const passed = countPassed(module)
      const name = basename(module.moduleId, '.test.ts')
      if (Object.keys(passed).length > 0) tested[name] = { ...tested[name], ...passed }
    }
    mkdirSync(dirname(FILE), { recursive: true })
    writeFileSync(FILE, JSON.stringify(tested, null, 2))
  }
}

function countPassed(module: TestModule): Record<string, number> {
  const passed: Record<string, number> = {}
  for (const test of module.children.allTests('passed')) {
    for (const server of new Set(test.fullName.match(SERVER))) passed[server] = (passed[server] ?? 0) + 1
  }
  return passed
}
