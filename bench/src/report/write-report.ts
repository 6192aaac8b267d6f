import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Findings, Outcome } from '../harness/benchmark.js'
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
  const outcomes = facts.findings.flatMap((found) => found.outcomes)
  await writeFile(join(folder, 'aims.svg'), aimsSvg(outcomes))
  await writeFile(join(folder, 'figures.md'), `# Figures\n\n${reportText(facts)}\n`)
}

function reportText({ findings, rounds, left }: ReportFacts): string {
  const outcomes = findings.flatMap((found) => found.outcomes)
  const plots = findings.flatMap(({ plots: some = [] }) => some)
  const remarks = findings.flatMap(({ remarks: some = [] }) => some)
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`
  return [
    `Measured ${new Date().toISOString().slice(0, 16)}Z on ${machine}, ${rounds} rounds after one to warm up. Load, server and database share these cores; their load average at the end was ${(loadavg()[2] ?? 0).toFixed(1)} over fifteen minutes (the bench alone makes about 3: far above it something else was running, and the figures are not to be quoted).`,
    '![Share of its aim that each row reaches](aims.svg)',
    markdownTable(outcomes),
    ...(left.length === 0 ? [] : [`Not run: ${left.join('; ')}.`]),
    '## What is sustained, and what is not',
    'Requests arrive at a fixed rate, whatever becomes of those before, and each is timed from the moment it was due (so a stall counts for everyone it kept waiting). A rate is sustained when answers keep up with arrivals and p99 stays below a second; above it the backlog grows for as long as the rate lasts.',
    ...remarks,
    ...plots.map(({ name, title }) => `![${title}](${name}.svg)`),
  ].join('\n\n')
}

const formatNumber = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const valueText = ({ value, unit }: Outcome) => `${formatNumber(value.median)} ${unit}`
const spreadText = ({ value }: Outcome) =>
  value.p10 === value.p90 ? 'one run' : `${formatNumber(value.p10)} to ${formatNumber(value.p90)}`
const verdict = ({ aim, met }: Outcome) => (aim === 'none' ? 'told' : met ? 'met' : 'missed')

/** One line of plain text for the terminal. */
export const plainLine = (outcome: Outcome) =>
  `${verdict(outcome).padEnd(6)}  ${valueText(outcome)} (${spreadText(outcome)}; aim ${outcome.aim})  ${outcome.what} | beside ${outcome.baseline || 'nothing'} | ${outcome.notes.join(' | ')}`

function markdownTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const met = verdict(outcome) === 'missed' ? '**missed**' : verdict(outcome)
    return `| ${outcome.what} | ${outcome.baseline} | ${outcome.aim} | ${valueText(outcome)} | ${spreadText(outcome)} | ${met} | ${outcome.notes.join('; ')} |`
  })
  return [
    '| what | beside | aim | measured (median) | p10 to p90 of the rounds | | figures |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
