/** More microtasks than any honest unit spends between two calls of its stores. */
const MOST_IDLE_TICKS = 5_000

interface Waiting {
  start(): void
  refuse(error: Error): void
}

/** Lets one unit of work in after the other. */
export interface UnitQueue {
  enter<Result>(unit: () => Promise<Result>): Promise<Result>
  /** The open unit has called a store, so it is alive. */
  noteProgress(): void
}

/**
 * A unit that waits for another one, opened inside it, would wait for ever; so would one that waits for a gateway or a timer
 * while others stand in line. Both break the rules of `UnitOfWork`, and are told so.
 */
export function unitQueue(): UnitQueue {
  const line: Waiting[] = []
  let busy = false
  let progress = 0
  let watched = false

  async function watch(): Promise<void> {
    watched = true
    let seen = progress
    for (let idle = 0; line.length > 0; idle += 1) {
      await null
      if (seen !== progress) [seen, idle] = [progress, 0]
      if (idle > MOST_IDLE_TICKS) for (const waiting of line.splice(0)) waiting.refuse(stalled())
    }
    watched = false
  }

  function turn(): Promise<void> {
    if (!busy) {
      busy = true
      return Promise.resolve()
    }
    return new Promise<void>((start, refuse) => {
      line.push({ start, refuse })
      if (!watched) void watch()
    })
  }

  return {
    noteProgress: () => {
      progress += 1
    },
    async enter(unit) {
      await turn()
      progress += 1
      try {
        return await unit()
      } finally {
        const next = line.shift()
        if (next === undefined) busy = false
        else next.start()
      }
    },
  }
}

const stalled = () =>
  new Error(
    'The open unit of work waits for something outside of itself: a nested run, a store that is not bound to it, a gateway ' +
      'or a timer. Use only the ports that the unit was given.',
  )
