/** Twitter's, as in the seed's generator: ids keep its 19 digits and stay positive until 2080. */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
/** Below the time: 10 bits of worker number, 12 bits of sequence. */
const [TIME_SHIFT, WORKER_SHIFT] = [22n, 12n]
const IDS_PER_MS = 4_096

/** What is inside an id. `time`: in ms since 1970. */
export interface Snowflake {
  readonly time: number
  readonly sequence: number
}

/** The first behind `last`, and not before `earliest`. A millisecond without ids left borrows from the next. */
export function nextSnowflake(last: Snowflake, earliest: number): Snowflake {
  if (earliest > last.time) return { time: earliest, sequence: 0 }
  const sequence = last.sequence + 1
  return sequence < IDS_PER_MS ? { time: last.time, sequence } : { time: last.time + 1, sequence: 0 }
}

export const idOf = ({ time, sequence }: Snowflake, worker: number): string =>
  String((BigInt(time - SNOWFLAKE_EPOCH_MS) << TIME_SHIFT) | (BigInt(worker) << WORKER_SHIFT) | BigInt(sequence))
