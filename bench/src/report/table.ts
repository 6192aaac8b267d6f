import type { Outcome } from '../harness/outcome.js'

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))

const valueText = ({ value, unit }: Outcome) => `${number(value.median)} ${unit}`
const spreadText = ({ value }: Outcome) =>
  value.p10 === value.p90 ? 'one run' : `${number(value.p10)} to ${number(value.p90)}`
const verdict = ({ aim, met }: Outcome) => (aim === 'none' ? 'told' : met ? 'met' : 'missed')

/** One line of plain text for the terminal. */
export const plainLine = (outcome: Outcome) =>
  `${verdict(outcome).padEnd(6)}  ${valueText(outcome)} (${spreadText(outcome)}; aim ${outcome.aim})  ${outcome.what} | beside ${outcome.beside || 'nothing'} | ${outcome.notes.join(' | ')}`

export function markdownTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const met = verdict(outcome) === 'missed' ? '**missed**' : verdict(outcome)
    return `| ${outcome.what} | ${outcome.beside} | ${outcome.aim} | ${valueText(outcome)} | ${spreadText(outcome)} | ${met} | ${outcome.notes.join('; ')} |`
  })
  return [
    '| what | beside | aim | measured (median) | p10 to p90 of the rounds | | figures |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
