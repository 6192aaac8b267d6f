import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { openBenchDatabase } from '../databases/bench-database.js'
import type { Benchmark } from '../harness/benchmark.js'
import { median, spreadOf } from '../harness/statistics.js'
import { openGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { exampleProgram } from '../servers/programs.js'
import { ms } from './results.js'

const MS_PER_SECOND = 1_000

async function runToEnd(command: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now()
  // Without the variables of a test runner that may be around this one.
  const { PATH, HOME } = process.env
  const [code] = await once(spawn(command, args, { stdio: 'ignore', env: { PATH, HOME } }), 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}.`)
  return performance.now() - startedAt
}

export const start: Benchmark = {
  name: 'start',
  async run({ rounds, progress }) {
    await using gateway = await openGateway()
    const times: number[] = []
    const bare: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      progress.step(`start: round ${round + 1} of ${rounds}`)
      await using database = await openBenchDatabase('sqlite', null)
      const environment = gateway.environment(database)
      await using server = await startHttpServer(exampleProgram('apps/server/main.js'), { environment })
      times.push(server.readyAfterMs / MS_PER_SECOND)
      bare.push(await runToEnd(process.execPath, ['-e', '0']))
    }
    const value = spreadOf(times)
    return {
      results: [
        {
          scenario: 'start of the server until `/readyz`, SQLite',
          baseline: 'an empty `node`',
          aim: '< 1 s',
          value,
          unit: 's',
          met: value.median < 1,
          notes: [`an empty Node starts and ends in ${ms(median(bare))}`],
        },
      ],
    }
  },
}

export const coreTests: Benchmark = {
  name: 'core-tests',
  async run({ quick, progress }) {
    const root = join(import.meta.dirname, '../../..')
    const times: number[] = []
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      progress.step(`core's fast tests: round ${round + 1}`)
      const command = join(root, 'node_modules/.bin/vitest')
      times.push((await runToEnd(command, ['run', '--root', root, '--project', 'core'])) / MS_PER_SECOND)
    }
    const value = spreadOf(times)
    return {
      results: [
        {
          scenario: 'the fast tests of core (fakes, contracts)',
          baseline: '',
          aim: '< 3 s',
          value,
          unit: 's',
          met: value.median < 3,
          notes: [],
        },
      ],
    }
  },
}
