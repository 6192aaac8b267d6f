import type { Benchmark } from './harness/benchmark.js'
import { createMysql, createSqlite, notifyMysql, notifySqlite } from './rows/checkout.js'
import { contention } from './rows/contention.js'
import { delivery } from './rows/delivery.js'
import { fixedRate } from './rows/fixed-rate.js'
import { largeMysql, largeSqlite } from './rows/large-tables.js'
import { memory } from './rows/memory.js'
import { mixedRates } from './rows/mixtures.js'
import { oneCallers } from './rows/one-caller.js'
import { payResult } from './rows/pay-result.js'
import { purchases } from './rows/purchase.js'
import { arrivalRates } from './rows/rates.js'
import { relayMysql, relaySqlite } from './rows/relay.js'
import { seedMysql, seedSqlite } from './rows/seed.js'
import { signing } from './rows/signing.js'
import { coreTests, start } from './rows/start.js'

/** A benchmark and the servers it cannot do without. */
export interface Entry {
  readonly benchmark: Benchmark
  readonly needs: readonly ('mysql' | 'rabbit')[]
}

const alone = (...benchmarks: readonly Benchmark[]): Entry[] =>
  benchmarks.map((benchmark) => ({ benchmark, needs: [] }))
const onMysql = (...benchmarks: readonly Benchmark[]): Entry[] =>
  benchmarks.map((benchmark) => ({ benchmark, needs: ['mysql'] }))

/** All of them, in the order of the report. */
export const catalogue: readonly Entry[] = [
  ...alone(createSqlite),
  ...onMysql(createMysql),
  ...alone(notifySqlite),
  ...onMysql(notifyMysql),
  { benchmark: relayMysql, needs: ['mysql', 'rabbit'] },
  { benchmark: relaySqlite, needs: ['rabbit'] },
  { benchmark: delivery, needs: ['rabbit'] },
  ...alone(signing, payResult),
  ...alone(seedSqlite),
  ...onMysql(seedMysql),
  ...alone(largeSqlite),
  ...onMysql(largeMysql),
  ...alone(memory, coreTests, start),
  ...alone(fixedRate),
  ...[...purchases, ...oneCallers, ...mixedRates, ...contention, ...arrivalRates].map((benchmark) => ({
    benchmark,
    needs: benchmark.name.endsWith('mysql') ? (['mysql'] as const) : [],
  })),
]
