import type { ReconciliationProgress } from '@coursepay/core'

const PAUSE_MS = 2_000

/** Writes how far it is, once in two seconds at most: a small day ends before there is anything to say. */
export function progressLines(write: (line: string) => void, now: () => number) {
  let last = now()
  return (progress: ReconciliationProgress): void => {
    if (now() - last < PAUSE_MS) return
    last = now()
    write(sentence(progress))
  }
}

function sentence(progress: ReconciliationProgress): string {
  switch (progress.step) {
    case 'bill_read':
      return `The bill of ${progress.day} has ${progress.rows} lines.`
    case 'books_read':
      return `${progress.entries} of our own entries are read ...`
    case 'repaired':
      return `${progress.done} of ${progress.of} payments are booked ...`
  }
}
