import { connect } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CatalogueEntry, catalogue } from './catalogue.js'
import { readServerName } from './databases/bench-database.js'
import type { BenchContext, Benchmark, Findings } from './harness/benchmark.js'
import { progressOn } from './harness/progress.js'
import { plainLine, writeReport } from './report/write-report.js'

const USAGE = `npm run bench -- [--quick] [--only name[,name]] [--rounds n] [--large-orders n] [--list]
  --quick          a few operations of everything, to see that it works: the figures mean nothing, and nothing is written
  --only           these benchmarks alone, printed and not written
  --rounds         rounds that count, 8 unless told
  --large-orders   orders in the large tables, 100000 unless told`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '8' },
    'large-orders': { type: 'string', default: '100000' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const docs = join(import.meta.dirname, '../../docs')
const QUICK_OPERATIONS = 16

/** The address when a server answers there, null otherwise. */
function urlIfAnswering(url: string, port: number): Promise<string | null> {
  const { hostname, port: given } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: given === '' ? port : Number(given) })
    const end = (found: string | null) => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', () => end(url))
    socket.once('error', () => end(null))
  })
}

async function createContext(): Promise<BenchContext> {
  const quick = values.quick
  const mysqlUrl = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306'
  const mysqlName = await readServerName(mysqlUrl)
  return {
    quick,
    rounds: quick ? 1 : Number(values.rounds),
    operations: (usual) => (quick ? QUICK_OPERATIONS : usual),
    largeOrders: quick ? 2_000 : Number(values['large-orders']),
    mysqlUrl: mysqlName === null ? null : mysqlUrl,
    nameOf: (kind) => (kind === 'sqlite' ? 'SQLite' : (mysqlName ?? 'MySQL')),
    amqpUrl: await urlIfAnswering(process.env.TEST_AMQP_URL ?? 'amqp://guest:guest@127.0.0.1:5672', 5_672),
    progress: progressOn(process.stderr),
  }
}

function selectEntries(only: string | undefined): readonly CatalogueEntry[] {
  if (only === undefined) return catalogue
  const names = only.split(',')
  const unknown = names.filter((name) => !catalogue.some(({ benchmark }) => benchmark.name === name))
  if (unknown.length > 0) throw new Error(`No benchmark is named ${unknown.join(', ')}; see --list.`)
  return catalogue.filter(({ benchmark }) => names.includes(benchmark.name))
}

async function runAndPrint(benchmark: Benchmark, context: BenchContext): Promise<Findings> {
  const found = await benchmark.run(context)
  context.progress.end()
  for (const result of found.results) console.log(`${benchmark.name}: ${plainLine(result)}`)
  for (const remark of context.quick ? [] : (found.remarks ?? [])) console.log(`\n${remark}\n`)
  return found
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE)
  if (values.list) return console.log(catalogue.map(({ benchmark }) => benchmark.name).join('\n'))
  const context = await createContext()
  const findings: Findings[] = []
  const left: string[] = []
  for (const { benchmark, needs } of selectEntries(values.only)) {
    const missing = needs.filter((need) => (need === 'mysql' ? context.mysqlUrl : context.amqpUrl) === null)
    if (missing.length > 0) {
      left.push(`${benchmark.name} (no ${missing.join(', no ')} answers)`)
      continue
    }
    findings.push(await runAndPrint(benchmark, context))
    // After each, so that a run that is broken off leaves what it found.
    if (!context.quick && values.only === undefined) await writeReport(docs, { findings, left, rounds: context.rounds })
  }
  for (const each of left) console.log(`not run: ${each}`)
}

await main()
