import { describe, expect, it } from 'vitest'
import { referenceClockOf, settableClock } from '../../testing/fakes/index.js'
import { createTrustedClock } from './trusted-clock.js'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]

/** This machine, whose clock can be set; the true time; and another machine, whose clock is right. */
function openClocks({ database = false, gateway = true } = {}) {
  const [truth, machine, ofDatabase] = [settableClock(), settableClock(), settableClock()]
  const started = truth.now()
  const other = referenceClockOf(truth)
  const databaseClock = referenceClockOf(ofDatabase)
  const clock = createTrustedClock({
    clock: machine,
    elapsedMs: () => truth.now() - started,
    database: () => (database ? databaseClock : null),
    references: gateway ? [other] : [],
  })
  return {
    ...{ clock, truth, machine, ofDatabase, other, databaseClock },
    pass(ms: number) {
      for (const each of [truth, machine, ofDatabase]) each.advance(ms)
    },
    error: () => clock.now() - truth.now(),
  }
}

describe('a trusted clock', () => {
  it('follows this machine’s clock while it is set by less than a minute', async () => {
    const { clock, machine, pass, error } = openClocks()
    pass(HOUR)
    machine.advance(50 * SECOND)
    expect(error()).toBe(50 * SECOND)
    expect(await clock.verify()).toBe(true)
  })

  it.each([
    ['ahead', HOUR],
    ['back', -HOUR],
  ])('does not jump when this machine’s clock jumps %s, and is not trusted meanwhile', async (_, jump) => {
    const { clock, machine, pass, error } = openClocks()
    machine.advance(jump)
    pass(MINUTE)
    expect(error()).toBe(0)
    expect(await clock.verify()).toBe(false)
    machine.advance(-jump)
    expect(await clock.verify()).toBe(true)
    expect(error()).toBe(0)
  })

  it('adopts a jump once the gateway’s clock agrees: the process was suspended', async () => {
    const { clock, machine, truth, other } = openClocks()
    const suspended = createTrustedClock({ clock: machine, elapsedMs: () => 0, references: [other] })
    for (const each of [machine, truth]) each.advance(2 * HOUR)
    expect(suspended.now()).toBe(truth.now() - 2 * HOUR)
    expect(await suspended.verify()).toBe(true)
    expect(suspended.now()).toBe(truth.now())
    expect(await clock.verify()).toBe(true)
  })

  it('adopts nothing while no other clock can be read', async () => {
    const { clock, machine, other, error } = openClocks()
    other.cutOff()
    machine.advance(HOUR)
    expect(await clock.verify()).toBe(false)
    expect(error()).toBe(0)
    const alone = openClocks({ gateway: false })
    alone.machine.advance(HOUR)
    expect(await alone.clock.verify()).toBe(false)
  })

  it('goes by the database’s clock where it has one, whatever this machine’s says', async () => {
    const { clock, machine, pass, error } = openClocks({ database: true, gateway: false })
    machine.advance(HOUR)
    expect(await clock.verify()).toBe(true)
    expect(error()).toBe(0)
    machine.advance(-3 * HOUR)
    pass(MINUTE)
    expect(error()).toBe(0)
    expect(await clock.verify()).toBe(true)
  })

  it('does not jump with the database’s clock, until this machine’s agrees', async () => {
    const { clock, machine, ofDatabase, error } = openClocks({ database: true, gateway: false })
    expect(await clock.verify()).toBe(true)
    ofDatabase.advance(HOUR)
    expect(await clock.verify()).toBe(false)
    expect(error()).toBe(0)
    machine.advance(HOUR)
    expect(await clock.verify()).toBe(true)
    expect(error()).toBe(HOUR)
  })

  it('counts on while the database cannot be read', async () => {
    const { clock, machine, databaseClock, pass, error } = openClocks({ database: true, gateway: false })
    expect(await clock.verify()).toBe(true)
    databaseClock.cutOff()
    machine.advance(HOUR)
    pass(MINUTE)
    expect(await clock.verify()).toBe(false)
    expect(error()).toBe(0)
  })
})
