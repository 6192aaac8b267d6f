import { parseArgs } from 'node:util'

export type StoreName = 'sqlite' | 'mysql'

export interface SoakOptions {
  readonly purchases: number
  /** The time over which the purchases begin. */
  readonly seconds: number
  /** Null: SQLite, and MySQL when it answers. */
  readonly store: StoreName | null
  readonly seed: number
}

const DEFAULT_PURCHASES = 1_000
const DEFAULT_PURCHASES_PER_SECOND = 15

/** `--purchases 1000 --seconds 60 --store sqlite --seed 7`. Throws with a sentence for what it does not understand. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      purchases: { type: 'string' },
      seconds: { type: 'string' },
      store: { type: 'string' },
      seed: { type: 'string' },
    },
  })
  const purchases = readCount('purchases', values.purchases, DEFAULT_PURCHASES)
  return {
    purchases,
    seconds: readCount('seconds', values.seconds, Math.ceil(purchases / DEFAULT_PURCHASES_PER_SECOND)),
    store: readStore(values.store),
    seed: readCount('seed', values.seed, Date.now() % 1_000_000),
  }
}

function readCount(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number`)
  return Number(text)
}

function readStore(text: string | undefined): StoreName | null {
  if (text === undefined || text === 'sqlite' || text === 'mysql') return text ?? null
  throw new Error('--store must be sqlite or mysql')
}
