import { expect } from 'vitest'

/** How many inputs each parser gets: 10^5, unless FUZZ_INPUTS says otherwise. */
export const INPUTS = Number(process.env.FUZZ_INPUTS ?? 100_000)
/** A test takes some seconds for 10^5 inputs, and longer on a busy machine. */
export const TIMEOUT_MS = Math.max(60_000, 5 * INPUTS)
const MAX_CPU_MS = 50

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

/** A few pieces put into a text, each in place of up to two characters. */
export function mutated(random: Random, text: string, pieces: readonly string[]): string {
  let result = text
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const at = random(result.length + 1)
    result = result.slice(0, at) + pick(random, pieces) + result.slice(at + random(3))
  }
  return result
}

/** One piece over and over, up to `maxLength`: a parser that backtracks is slow on some of these. */
export function repeated(random: Random, pieces: readonly string[], maxLength: number): string {
  const piece = pick(random, pieces) + pick(random, [...pieces, ''])
  const body = piece.repeat(Math.ceil(pick(random, [100, maxLength / 10, maxLength]) / Math.max(1, piece.length)))
  return (pick(random, pieces) + body + pick(random, [...pieces, ''])).slice(0, maxLength)
}

/** Most inputs are a good one with damages; one in fifty is long and monotonous. */
export function* damagedInputs(
  seed: number,
  good: readonly string[],
  { pieces, maxLength, inputs = INPUTS }: { pieces: readonly string[]; maxLength: number; inputs?: number },
): Generator<string> {
  const random = createRandom(seed)
  for (let count = 0; count < inputs; count += 1) {
    yield count % 50 === 0 ? repeated(random, pieces, maxLength) : mutated(random, pick(random, good), pieces)
  }
}

/**
 * Runs every input. One that takes more than 50 ms of CPU (so that a busy machine makes none slow), twice in a row,
 * fails.
 */
export function expectFast<Input>(inputs: Iterable<Input>, run: (input: Input) => void): void {
  for (const input of inputs) {
    if (cpuMsOf(() => run(input)) < MAX_CPU_MS) continue
    // The garbage collector may have run meanwhile.
    const ms = cpuMsOf(() => run(input))
    if (ms >= MAX_CPU_MS) expect({ input: String(input).slice(0, 80), ms }).toBe('fast')
  }
}

/** Node 22.14 counts a process as a whole, newer ones this thread too. */
const cpuUsage = process.threadCpuUsage ?? process.cpuUsage

function cpuMsOf(work: () => void): number {
  const before = cpuUsage()
  work()
  const { user, system } = cpuUsage(before)
  return (user + system) / 1_000
}
