import type { DatabaseKind } from '../databases/own-database.js'
import type { Findings } from './outcome.js'
import type { Progress } from './progress.js'

/** How much is measured, and against what. */
export interface BenchContext {
  readonly rounds: number
  /** Operations in one slice, of a benchmark that needs `usual` of them for a steady figure. */
  operations(usual: number): number
  readonly quick: boolean
  readonly largeOrders: number
  readonly mysqlUrl: string | null
  /** How the table names the database: by the product and version that was found. */
  nameOf(kind: DatabaseKind): string
  readonly amqpUrl: string | null
  readonly progress: Progress
}

export interface Benchmark {
  readonly name: string
  run(context: BenchContext): Promise<Findings>
}
