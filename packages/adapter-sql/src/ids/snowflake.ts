import FlakeId from 'flake-idgen'

/** Twitter's, as in the seed's generator: ids keep its 19 digits and stay positive until 2080. */
const EPOCH = 1_288_834_974_657
/** Below the time: 10 bits of worker number, 12 bits of sequence. */
const TIME_SHIFT = 22n

export interface Snowflake {
  readonly id: string
  /** The time inside the id, in ms since 1970. */
  readonly time: number
}

/** Ids of one worker number; `nextSnowflake` is null while flake-idgen refuses (clock behind, or 4096 in one ms). */
export interface SnowflakeSource {
  nextSnowflake(): Snowflake | null
}

/** flake-idgen reads the machine's clock itself. Its own waiting (the callback form) fails on a clock that stepped back. */
export function snowflakeSource(worker: number): SnowflakeSource {
  const flake = new FlakeId({ id: worker, epoch: EPOCH })
  return {
    nextSnowflake() {
      const bytes = refusable(() => flake.next())
      if (bytes === null) return null
      const id = bytes.readBigUInt64BE()
      return { id: id.toString(), time: Number(id >> TIME_SHIFT) + EPOCH }
    },
  }
}

function refusable<Result>(task: () => Result): Result | null {
  try {
    return task()
  } catch {
    return null
  }
}
