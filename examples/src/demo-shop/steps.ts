import { printable } from '@coursepay/core/ports'

/** Prints each step with what happened and how long it took. */
export interface Steps {
  /** Runs one step; `tell` turns its result into the line that is printed. */
  step<Result>(title: string, work: () => Promise<Result>, tell: (result: Result) => string): Promise<Result>
  /** Time since the first step, in ms. */
  elapsed(): number
}

export function printedSteps(print: (line: string) => void): Steps {
  const start = performance.now()
  let count = 0
  return {
    async step(title, work, tell) {
      const begin = performance.now()
      const result = await work()
      const took = `${(performance.now() - begin).toFixed(1)} ms`
      count += 1
      print(`${String(count).padStart(2)}. ${title.padEnd(22)}${took.padStart(10)}   ${printable(tell(result))}`)
      return result
    },
    elapsed: () => performance.now() - start,
  }
}
