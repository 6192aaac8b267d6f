import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import type { Outcome } from '../harness/outcome.js'
import { aimOf, besideByHand } from './checkout.js'
import { ratioOutcome } from './outcomes.js'

async function onSqlite(context: BenchContext): Promise<Outcome> {
  const operations = context.operations(2_000)
  const comparison = await besideByHand({ kind: 'sqlite', stage: 'create', server: 'whole', operations }, context)
  const what = '`generatepaycode` over HTTP with QR, SQLite `synchronous=FULL`, 32 callers'
  return ratioOutcome(
    {
      what,
      beside: 'the durable order transaction by hand on better-sqlite3, no HTTP',
      atLeast: aimOf('create', 'sqlite', context),
    },
    comparison,
  )
}

async function onMysql(context: BenchContext): Promise<Outcome> {
  const operations = context.operations(1_500)
  const comparison = await besideByHand({ kind: 'mysql', stage: 'create', server: 'whole', operations }, context)
  const what = `\`generatepaycode\` over HTTP with QR, ${context.nameOf('mysql')}, 32 callers`
  return ratioOutcome(
    {
      what,
      beside: 'the same transaction by hand on mysql2, 32 connections, no HTTP',
      atLeast: aimOf('create', 'mysql', context),
    },
    comparison,
  )
}

export const createSqlite: Benchmark = {
  name: 'create-sqlite',
  run: async (context) => ({ outcomes: [await onSqlite(context)] }),
}

export const createMysql: Benchmark = {
  name: 'create-mysql',
  run: async (context) => ({ outcomes: [await onMysql(context)] }),
}
