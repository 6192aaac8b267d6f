import { createMysql, createSqlite, notifyMysql, notifySqlite } from './benchmarks/checkout.js'
import { contention } from './benchmarks/contention.js'
import { delivery } from './benchmarks/delivery.js'
import { fixedRate } from './benchmarks/fixed-rate.js'
import { heldLocksMysql } from './benchmarks/held-locks.js'
import { largeMysql, largeSqlite } from './benchmarks/large-tables.js'
import { memory } from './benchmarks/memory.js'
import { mixedRates } from './benchmarks/mixtures.js'
import { oneCallers } from './benchmarks/one-caller.js'
import { payResult } from './benchmarks/pay-result.js'
import { purchases } from './benchmarks/purchase.js'
import { arrivalRates } from './benchmarks/rates.js'
import { relayMysql, relaySqlite } from './benchmarks/relay.js'
import { seedMysql, seedSqlite } from './benchmarks/seed.js'
import { signing } from './benchmarks/signing.js'
import { coreTests, start } from './benchmarks/start.js'
import type { Benchmark } from './harness/benchmark.js'

/** A benchmark and the servers it cannot do without. */
export interface CatalogueEntry {
  readonly benchmark: Benchmark
  readonly needs: readonly ('mysql' | 'rabbit')[]
}

const withoutServer = (...benchmarks: readonly Benchmark[]): CatalogueEntry[] =>
  benchmarks.map((benchmark) => ({ benchmark, needs: [] }))
const withMysql = (...benchmarks: readonly Benchmark[]): CatalogueEntry[] =>
  benchmarks.map((benchmark) => ({ benchmark, needs: ['mysql'] }))

/** All of them, in the order of the report. */
export const catalogue: readonly CatalogueEntry[] = [
  ...withoutServer(createSqlite),
  ...withMysql(createMysql),
  ...withoutServer(notifySqlite),
  ...withMysql(notifyMysql),
  { benchmark: relayMysql, needs: ['mysql', 'rabbit'] },
  { benchmark: relaySqlite, needs: ['rabbit'] },
  { benchmark: delivery, needs: ['rabbit'] },
  ...withoutServer(signing, payResult),
  ...withoutServer(seedSqlite),
  ...withMysql(seedMysql),
  ...withoutServer(largeSqlite),
  ...withMysql(largeMysql),
  ...withoutServer(memory, coreTests, start),
  ...withoutServer(fixedRate),
  ...withMysql(heldLocksMysql),
  ...[...purchases, ...oneCallers, ...mixedRates, ...contention, ...arrivalRates].map((benchmark) => ({
    benchmark,
    needs: benchmark.name.endsWith('mysql') ? (['mysql'] as const) : [],
  })),
]
