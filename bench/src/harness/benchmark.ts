import type { DatabaseKind } from '../databases/bench-database.js'
import type { Progress } from './progress.js'
import type { Spread } from './statistics.js'

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

/** One row of the report: what was measured in a scenario. */
export interface BenchmarkResult {
  readonly scenario: string
  readonly baseline: string
  readonly aim: string
  /** What is held to the aim: a ratio, a time in seconds, a count. */
  readonly value: Spread
  /** Shown behind the value; empty for a ratio. */
  readonly unit: string
  readonly met: boolean
  /** Absolute figures, latencies, what else one must know. */
  readonly notes: readonly string[]
}

/** A line of points for a plot. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  /** Name of the file, without `.svg`. */
  readonly name: string
  readonly title: string
  readonly x: string
  readonly y: string
  readonly series: readonly Series[]
}

export interface Findings {
  readonly results: readonly BenchmarkResult[]
  readonly plots?: readonly Plot[]
  /** Sentences and tables for the report beside the rows: what is not sustainable. */
  readonly remarks?: readonly string[]
}
