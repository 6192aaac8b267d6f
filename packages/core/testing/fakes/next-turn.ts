declare const setTimeout: (task: () => void, delayMs: number) => unknown
declare const setImmediate: ((task: () => void) => unknown) | undefined

/** Resolves when everything that is ready now has run, and what that made ready. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
}
