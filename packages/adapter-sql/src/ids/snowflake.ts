/** Twitter's, as in the seed's generator: ids keep its 19 digits and stay positive until 2080. */
const EPOCH = 1_288_834_974_657
/** Below the time: 10 bits of worker number, 12 bits of sequence. */
const [TIME_SHIFT, WORKER_SHIFT] = [22n, 12n]
const MAX_SEQUENCE = 4_095

/** A place of an id: its time in ms since 1970, and its number within that millisecond. */
export interface Tick {
  readonly time: number
  readonly sequence: number
}

/** The first place at or after `earliest` that is behind `last`: a millisecond without places left borrows from the next one. */
export function nextTick(last: Tick, earliest: number): Tick {
  if (earliest > last.time) return { time: earliest, sequence: 0 }
  if (last.sequence < MAX_SEQUENCE) return { time: last.time, sequence: last.sequence + 1 }
  return { time: last.time + 1, sequence: 0 }
}

export const snowflakeOf = (worker: number, { time, sequence }: Tick): string =>
  String((BigInt(time - EPOCH) << TIME_SHIFT) | (BigInt(worker) << WORKER_SHIFT) | BigInt(sequence))
