export interface BackoffSettings {
  /** Pause after the first failure, in ms. */
  readonly minMs: number
  readonly maxMs: number
}

/**
 * Doubling pauses, each cut by a random part of up to one half, so that many processes that lost one broker do not come
 * back in one moment. `random` gives a number from 0 up to 1.
 */
export function createBackoff({ minMs, maxMs }: BackoffSettings, random: () => number) {
  return (failures: number): number => {
    const maxDelayMs = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30))
    return Math.round(maxDelayMs * (1 - random() / 2))
  }
}
