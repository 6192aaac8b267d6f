import { describe, expect, it } from 'vitest'
import {
  failureReport,
  type SimulatedProgram,
  type SimulationFigures,
  type SimulationResult,
  simulate,
} from '../testing/simulation/index.js'
import { messageBugs } from './simulation/message-bugs.js'
import { paymentBugs } from './simulation/payment-bugs.js'
import { refundBugs } from './simulation/refund-bugs.js'

/** `SIMULATION_SEED=n` replays one seed; `SIMULATION_SEEDS=n` runs that many, from `SIMULATION_FROM` on. */
const { SIMULATION_SEED, SIMULATION_SEEDS = '2000', SIMULATION_FROM = '1' } = process.env
const [first, count] = SIMULATION_SEED === undefined ? [SIMULATION_FROM, SIMULATION_SEEDS] : [SIMULATION_SEED, '1']
const REPLAY = 'SIMULATION_SEED={seed} npx vitest run --project simulation packages/core'
/** Somebody who runs many seeds sees ten times how far it is. */
const TELL_EVERY = Math.ceil(Number(count) / 10)
const ENOUGH_FOR_A_BUG = 2_000
const bugs = [...paymentBugs, ...refundBugs, ...messageBugs]

describe('the checkout under faults', () => {
  it(`breaks no rule in ${count} runs from seed ${first}`, async () => {
    const totals: Record<string, number> = {}
    for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
      const result = await simulate({ seed })
      if (SIMULATION_SEED !== undefined) console.log(result.log.join('\n'))
      if (result.violations.length > 0) expect.fail(failureReport(result, REPLAY))
      const done = seed - Number(first) + 1
      if (done % TELL_EVERY === 0) console.log(`${done} of ${count} runs`)
      for (const [name, value] of Object.entries(result.figures)) totals[name] = (totals[name] ?? 0) + value
    }
    console.log(`${count} runs came to ${JSON.stringify(totals)}`)
    if (Number(count) >= 1_000) expect(neverReached(totals)).toEqual([])
  }, 600_000)

  it('does the same again for the same seed, call by call', async () => {
    for (const seed of [7, 77, 777]) {
      const [one, other] = [await simulate({ seed }), await simulate({ seed })]
      expect(other.log).toEqual(one.log)
      expect(other.logHash).toBe(one.logHash)
    }
    expect((await simulate({ seed: 8 })).logHash).not.toBe((await simulate({ seed: 7 })).logHash)
  })
})

/** A simulation that never comes to a late payment proves nothing about late payments. */
const neverReached = (totals: Partial<Record<string, number>>): string[] => {
  const wanted: readonly (keyof SimulationFigures)[] = [
    'paid',
    'refunded',
    'surplus',
    'late',
    'resolved',
    'external',
    'refused',
    'triedAgain',
    'crashes',
  ]
  return wanted.filter((name) => (totals[name] ?? 0) === 0)
}

describe('a planted bug is found', () => {
  it('of each kind: at least 25 are planted', () => expect(bugs.length).toBeGreaterThanOrEqual(25))

  // Each by a call of its own: a table would cut the names short.
  for (const { name, program } of bugs) {
    it(name, () => isFound(program), 60_000)
  }
})

async function isFound(program: SimulatedProgram): Promise<void> {
  const { found, runs } = await firstViolation((seed) => simulate({ seed, program }))
  expect(found, `nothing was noticed in ${ENOUGH_FOR_A_BUG} runs`).not.toBeNull()
  // A bug must break a rule; one that only breaks the program proves nothing.
  expect(found?.violations.join(' ')).not.toMatch(/TypeError|ReferenceError/)
  if (process.env.SIMULATION_SHOW_BUGS !== undefined) console.log(`run ${runs}: ${found?.violations[0]}`)
}

async function firstViolation(run: (seed: number) => Promise<SimulationResult>) {
  for (let runs = 1; runs <= ENOUGH_FOR_A_BUG; runs += 1) {
    const result = await run(runs)
    if (result.violations.length > 0) return { found: result, runs }
  }
  return { found: null, runs: ENOUGH_FOR_A_BUG }
}
