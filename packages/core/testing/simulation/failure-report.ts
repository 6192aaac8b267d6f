import type { SimulationResult } from './simulate.js'

const LAST_LINES = 40

/** What a run that failed shows: what is broken, how to replay it, and the end of its log. */
export function failureReport({ seed, violations, log }: SimulationResult, replay: string): string {
  return [
    `The simulation of seed ${seed} broke ${violations.length} rules:`,
    ...violations.map((sentence) => `  - ${sentence}`),
    `Replay it: ${replay.replace('{seed}', String(seed))}`,
    `The last ${LAST_LINES} of ${log.length} steps:`,
    ...log.slice(-LAST_LINES).map((line) => `  ${line}`),
  ].join('\n')
}
