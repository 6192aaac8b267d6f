import { setTimeout as later } from 'node:timers/promises'

/** Asks again and again until the answer fits; the test's own time limit ends it. */
export async function until<Result>(ask: () => Promise<Result>, fits: (result: Result) => boolean): Promise<Result> {
  for (;;) {
    const result = await ask()
    if (fits(result)) return result
    await later(20)
  }
}
