import { setImmediate } from 'node:timers/promises'

/** How many inputs each parser gets: 10^5, unless FUZZ_INPUTS says otherwise. */
export const INPUTS = Number(process.env.FUZZ_INPUTS ?? 100_000)
/** A test takes some seconds for 10^5 inputs, and longer on a busy machine. */
export const FUZZ_TIMEOUT_MS = Math.max(60_000, 5 * INPUTS)
const MAX_MS = 50
const INPUTS_PER_TURN = 1_000

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

/** A few pieces put into a text, or nothing, each in place of up to two characters. */
export function mutate(random: Random, text: string, pieces: readonly string[]): string {
  let result = text
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const at = random(result.length + 1)
    const piece = random(4) === 0 ? '' : pick(random, pieces)
    result = result.slice(0, at) + piece + result.slice(at + random(3))
  }
  return result
}

/** One piece over and over, up to `maxLength`: a parser that backtracks is slow on some of these. */
export function repeated(random: Random, pieces: readonly string[], maxLength: number): string {
  const piece = pick(random, pieces) + pick(random, [...pieces, ''])
  const body = piece.repeat(Math.ceil(pick(random, [100, maxLength / 10, maxLength]) / Math.max(1, piece.length)))
  return (pick(random, pieces) + body + pick(random, [...pieces, ''])).slice(0, maxLength)
}

/** Most inputs are a good one with damages; one in two hundred is long and monotonous. */
export function* damagedInputs(
  seed: number,
  good: readonly string[],
  { pieces, maxLength }: { pieces: readonly string[]; maxLength: number },
): Generator<string> {
  const random = createRandom(seed)
  for (let count = 0; count < INPUTS; count += 1) {
    yield count % 200 === 0 ? repeated(random, pieces, maxLength) : mutate(random, pick(random, good), pieces)
  }
}

/**
 * Runs every input. One that throws fails, and so does one that takes more than 50 ms of CPU when it runs again: a busy
 * machine or the collection of garbage makes none slow. Errors get no stack trace, which takes longer than most
 * readers. The event loop gets a turn now and then: without it no timer fires, and what waits for one piles up.
 */
export async function expectFast<Input>(
  inputs: Iterable<Input>,
  run: (input: Input) => void | Promise<void>,
): Promise<void> {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    let count = 0
    for (const input of inputs) {
      await runFast(input, run)
      count += 1
      if (count % INPUTS_PER_TURN === 0) await setImmediate()
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Like `expect`, at a hundredth of its cost. */
export function requireTrue(isAccepted: boolean): void {
  if (!isAccepted) throw new Error('This was accepted.')
}

async function runFast<Input>(input: Input, run: (input: Input) => void | Promise<void>): Promise<void> {
  try {
    const startedAt = performance.now()
    await run(input)
    if (performance.now() - startedAt < MAX_MS) return
    const before = cpuUsage()
    await run(input)
    const { user, system } = cpuUsage(before)
    if (user + system >= MAX_MS * 1_000) throw new Error(`It takes ${(user + system) / 1_000} ms.`)
  } catch (error) {
    throw new Error(`${JSON.stringify(input).slice(0, 500)}: ${error}`, { cause: error })
  }
}

/** Node 22.14 counts a process as a whole, newer ones this thread too. */
const cpuUsage = process.threadCpuUsage ?? process.cpuUsage
