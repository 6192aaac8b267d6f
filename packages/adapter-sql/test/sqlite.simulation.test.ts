import { failureReport, simulate } from '@coursepay/core/simulation'
import { afterAll, expect, it } from 'vitest'
import { sqliteSimulation } from './support/sqlite-simulation.js'
import { makeFolder } from './support/temporary-folder.js'

/** `SIMULATION_SEED=n` replays one seed; `SIMULATION_SQLITE_SEEDS=n` runs that many. */
const { SIMULATION_SEED, SIMULATION_SQLITE_SEEDS = '30' } = process.env
const [first, count] = SIMULATION_SEED === undefined ? ['1', SIMULATION_SQLITE_SEEDS] : [SIMULATION_SEED, '1']
/** Somebody who runs many seeds sees three times how far it is. */
const TELL_EVERY = Math.ceil(Number(count) / 3)
const REPLAY = 'SIMULATION_SEED={seed} npx vitest run --project simulation packages/adapter-sql'

const folder = makeFolder()
afterAll(() => folder.remove())
const harness = sqliteSimulation(folder.path)

it(`the checkout breaks no rule on real SQLite files, and does what it does in memory: ${count} runs from seed ${first}`, async () => {
  for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
    const result = await simulate({ seed, harness })
    if (SIMULATION_SEED !== undefined) console.log(result.log.join('\n'))
    if (result.violations.length > 0) expect.fail(failureReport(result, REPLAY))
    // Call by call: the fakes and SQLite mean the same by each method.
    expect(result.log).toEqual((await simulate({ seed })).log)
    const done = seed - Number(first) + 1
    if (done % TELL_EVERY === 0) console.log(`${done} of ${count} runs`)
  }
}, 600_000)
