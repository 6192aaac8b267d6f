import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkResult, Findings } from '../harness/benchmark.js'
import { aimsSvg } from './bars.js'
import { plotSvg } from './plot.js'

export interface ReportFacts {
  readonly findings: readonly Findings[]
  readonly rounds: number
  /** Benchmarks that were not run, with the reason. */
  readonly left: readonly string[]
}

/** Writes all figures and plots into `performance/`; `performance.md` is written by people. */
export async function writeReport(docs: string, facts: ReportFacts): Promise<void> {
  const folder = join(docs, 'performance')
  await mkdir(folder, { recursive: true })
  const plots = facts.findings.flatMap(({ plots: some = [] }) => some)
  for (const plot of plots) await writeFile(join(folder, `${plot.name}.svg`), plotSvg(plot))
  const results = facts.findings.flatMap((found) => found.results)
  await writeFile(join(folder, 'aims.svg'), aimsSvg(results))
  await writeFile(join(folder, 'figures.md'), `# Figures\n\n${reportText(facts)}\n`)
}

function reportText({ findings, rounds, left }: ReportFacts): string {
  const results = findings.flatMap((found) => found.results)
  const plots = findings.flatMap(({ plots: some = [] }) => some)
  const remarks = findings.flatMap(({ remarks: some = [] }) => some)
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`
  return [
    `Measured ${new Date().toISOString().slice(0, 16)}Z on ${machine}, ${rounds} rounds after one to warm up. Load, server and database share these cores; their load average at the end was ${(loadavg()[2] ?? 0).toFixed(1)} over fifteen minutes (the bench alone makes about 3: far above it something else was running, and the figures are not to be quoted).`,
    '![Share of its aim that each row reaches](aims.svg)',
    markdownTable(results),
    ...(left.length === 0 ? [] : [`Not run: ${left.join('; ')}.`]),
    '## What is sustained, and what is not',
    'Requests arrive at a fixed rate, whatever becomes of those before, and each is timed from the moment it was due (so a stall counts for everyone it kept waiting). A rate is sustained when answers keep up with arrivals and p99 stays below a second; above it the backlog grows for as long as the rate lasts.',
    ...remarks,
    ...plots.map(({ name, title }) => `![${title}](${name}.svg)`),
  ].join('\n\n')
}

const formatNumber = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const valueText = ({ value, unit }: BenchmarkResult) => `${formatNumber(value.median)} ${unit}`
const spreadText = ({ value }: BenchmarkResult) =>
  value.p10 === value.p90 ? 'one run' : `${formatNumber(value.p10)} to ${formatNumber(value.p90)}`
const verdict = ({ aim, met }: BenchmarkResult) => (aim === 'none' ? 'told' : met ? 'met' : 'missed')

/** One line of plain text for the terminal. */
export const plainLine = (result: BenchmarkResult) =>
  `${verdict(result).padEnd(6)}  ${valueText(result)} (${spreadText(result)}; aim ${result.aim})  ${result.scenario} | beside ${result.baseline || 'nothing'} | ${result.notes.join(' | ')}`

function markdownTable(results: readonly BenchmarkResult[]): string {
  const rows = results.map((result) => {
    const met = verdict(result) === 'missed' ? '**missed**' : verdict(result)
    return `| ${result.scenario} | ${result.baseline} | ${result.aim} | ${valueText(result)} | ${spreadText(result)} | ${met} | ${result.notes.join('; ')} |`
  })
  return [
    '| what | beside | aim | measured (median) | p10 to p90 of the rounds | | figures |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
