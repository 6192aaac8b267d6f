import FlakeId from 'flake-idgen'

/** Twitter's, as in the seed's generator: ids keep its 19 digits and stay positive until 2080. */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
/** Below the time: 10 bits of worker number, 12 bits of sequence. */
const TIME_SHIFT = 22n

export interface TimedSnowflake {
  readonly id: string
  /** The time inside the id, in ms since 1970. */
  readonly time: number
}

/** Makes the ids of one worker number, each greater than the one before. */
export interface SnowflakeSource {
  /** An id whose time is `earliest` or later. Null when the clock was put back right now: ask again. */
  next(earliest: number): TimedSnowflake | null
}

/**
 * flake-idgen reads the machine's clock itself, and refuses while it is behind the last id. Its epoch is moved by as
 * much as the clock is behind `earliest`, so that ids continue. A millisecond without ids left borrows from the next.
 */
export function createSnowflakeSource(worker: number): SnowflakeSource {
  const flake = new FlakeId({ id: worker })
  const makeAt = (time: number, now: number): TimedSnowflake | null => {
    Object.assign(flake, { epoch: SNOWFLAKE_EPOCH_MS - (time - now) })
    const bytes = nullOnError(() => flake.next())
    if (bytes === null) return null
    const id = bytes.readBigUInt64BE()
    return { id: String(id), time: Number(id >> TIME_SHIFT) + SNOWFLAKE_EPOCH_MS }
  }
  return {
    next(earliest) {
      const now = Date.now()
      const time = Math.max(now, earliest)
      return makeAt(time, now) ?? makeAt(time + 1, now)
    },
  }
}

function nullOnError<Result>(task: () => Result): Result | null {
  try {
    return task()
  } catch {
    return null
  }
}
