/** `FUZZ_INPUTS=1000000` for a long run. */
export const INPUTS = Number(process.env.FUZZ_INPUTS ?? 100_000)
/** A test takes some seconds for 10^5 inputs, and longer on a busy machine. */
export const FUZZ_TIMEOUT_MS = Math.max(60_000, 5 * INPUTS)
export const MAX_CPU_MS = 50

/** Mulberry32: the same inputs in each run. */
export function createRandom(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
export type Random = ReturnType<typeof createRandom>

export const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)] as Item

/** A text with some of its characters changed, taken out or doubled. */
export function mutate(random: Random, text: string, alphabet: string): string {
  let mutated = text
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const at = random(mutated.length + 1)
    const inserted = random(3) === 0 ? '' : (alphabet[random(alphabet.length)] ?? '')
    mutated = mutated.slice(0, at) + inserted + mutated.slice(at + random(3))
  }
  return mutated
}

export function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
