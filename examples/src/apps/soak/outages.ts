import { setTimeout as later } from 'node:timers/promises'
import type { Disk } from './disk.js'
import type { FaultProxy } from './fault-proxy.js'
import type { Random } from './random.js'
import type { ServerProcess } from './server-process.js'
import type { OwnServer } from './servers/own-server.js'

/** One thing that a service depends on and that goes away for a while. */
export interface Outage {
  readonly name: string
  begin(random: Random): Promise<void> | void
  end(random: Random): Promise<void> | void
}

export interface OutageEvent {
  readonly name: string
  /** By `performance.now()`. */
  readonly began: number
  readonly ended: number
}

const CLOCK_STEPPED = 'the clock of the server is stepped'
const MINUTE_MS = 60_000

export const serverKilled = (server: ServerProcess): Outage => ({
  name: 'the server is killed',
  begin: () => server.crash(),
  end: (random) => server.start({ PAYMENT_LATE_POLICY: random.pick(['refund', 'hold', 'fulfil']) }),
})

export const clockStepped = (server: ServerProcess): Outage => ({
  name: CLOCK_STEPPED,
  begin: (random) => server.stepClock((random.happens(0.5) ? 1 : -1) * random.between(2, 60) * MINUTE_MS),
  end: () => server.stepClock(0),
})

export const ownServerKilled = (what: string, server: OwnServer): Outage => ({
  name: `${what} is killed`,
  begin: () => server.crash(),
  end: () => server.start(),
})

export const networkCut = (what: string, proxy: FaultProxy): Outage => ({
  name: `the network to ${what} swallows everything`,
  begin: () => proxy.dropTraffic(),
  end: () => proxy.forwardTraffic(),
})

/** Nothing where there is no disk that may be filled. `revive` starts what a full disk has ended. */
export function diskFilled(disk: Disk | null, revive: () => Promise<void>): readonly Outage[] {
  if (disk === null) return []
  async function end(): Promise<void> {
    await disk?.free()
    await revive()
  }
  return [{ name: 'the disk of the database is full', begin: () => disk.fill(), end }]
}

/** A step of the clock takes nothing away from a relay; all others may make it send again what was on the way. */
export const mayRepeatMessages = ({ name }: OutageEvent): boolean => name !== CLOCK_STEPPED

const UP_RANGE_MS = { min: 1_800, max: 4_500 }
const DOWN_RANGE_MS = { min: 1_000, max: 6_000 }
const POLL_INTERVAL_MS = 100

export interface OutageLoop {
  readonly outages: readonly Outage[]
  readonly random: Random
  /** Until then outages follow each other, and each comes once at least. */
  readonly done: Promise<unknown>
  afterEach(): Promise<void>
  onOutages(events: readonly OutageEvent[]): void
}

/** One outage after the other, in a sequence that the seed chooses, with time to recover in between. */
export async function loopOutages({ outages, random, done, afterEach, onOutages }: OutageLoop): Promise<OutageEvent[]> {
  const events: OutageEvent[] = []
  let left: Outage[] = []
  let isDone = false
  void done.then(() => {
    isDone = true
  })
  const mustContinue = () => !isDone || events.length < outages.length
  let downMs = 0
  while (mustContinue()) {
    // Up for at least as long as it was down, or a slow machine would do nothing but start it.
    const up = Math.max(random.between(UP_RANGE_MS.min, UP_RANGE_MS.max), downMs)
    for (const end = performance.now() + up; mustContinue() && performance.now() < end; await later(POLL_INTERVAL_MS)) {
      onOutages(events)
    }
    if (!mustContinue()) break
    if (left.length === 0) left = [...outages]
    const [outage] = left.splice(random.between(0, left.length - 1), 1)
    if (outage === undefined) break
    const began = performance.now()
    await outage.begin(random)
    await later(random.between(DOWN_RANGE_MS.min, DOWN_RANGE_MS.max))
    await outage.end(random)
    await afterEach()
    const ended = performance.now()
    downMs = ended - began
    events.push({ name: outage.name, began, ended })
  }
  return events
}

/** For each kind of outage: how often it came, and the longest time in which nothing was sold because of it. */
export function maxSalesGaps(
  events: readonly OutageEvent[],
  sales: readonly number[],
): readonly { readonly name: string; readonly count: number; readonly seconds: number }[] {
  const times = sales.toSorted((one, other) => one - other)
  const stops = new Map<string, { name: string; count: number; seconds: number }>()
  for (const { name } of events) {
    const { count } = stops.get(name) ?? { count: 0 }
    stops.set(name, { name, count: count + 1, seconds: 0 })
  }
  for (const [index, after] of times.slice(1).entries()) {
    const before = times[index] ?? after
    const cause = causeOf(events, before, after)
    const stop = cause && stops.get(cause.name)
    if (stop) stop.seconds = Math.max(stop.seconds, (after - Math.max(before, cause.began)) / 1_000)
  }
  return [...stops.values()].toSorted((one, other) => one.name.localeCompare(other.name))
}

/**
 * What nothing was sold for between two sales: the first outage in that time, since others may begin before sales
 * resume; or else the last one before it.
 */
const causeOf = (events: readonly OutageEvent[], before: number, after: number): OutageEvent | undefined =>
  events.find(({ began, ended }) => before < ended && began < after) ?? events.findLast(({ began }) => began <= before)
