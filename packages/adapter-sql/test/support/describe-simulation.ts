import { failureReport, type MakeSimulationHarness, simulate } from '@coursepay/core/simulation'
import { expect, it } from 'vitest'

const REPLAY = 'SIMULATION_SEED={seed} npx vitest run --project simulation packages/adapter-sql'

/**
 * Runs seeds on a real database: no rule is broken, and call by call it does what the fakes do. `SIMULATION_SEED=n`
 * replays one.
 */
export function describeSimulation(database: string, harness: MakeSimulationHarness, seeds: number): void {
  const { SIMULATION_SEED } = process.env
  const [first, count] = SIMULATION_SEED === undefined ? [1, seeds] : [Number(SIMULATION_SEED), 1]
  /** Somebody who runs many seeds sees three times how far it is. */
  const tellEvery = Math.ceil(count / 3)

  it(`${database} breaks no rule, and does what the fakes do: ${count} runs from seed ${first}`, async () => {
    for (let done = 1; done <= count; done += 1) {
      const result = await simulate({ seed: first + done - 1, harness })
      if (SIMULATION_SEED !== undefined) console.log(result.log.join('\n'))
      if (result.violations.length > 0) expect.fail(failureReport(result, REPLAY))
      expect(result.log).toEqual((await simulate({ seed: result.seed })).log)
      if (done % tellEvery === 0) console.log(`${done} of ${count} runs`)
    }
  }, 600_000)
}
