import { type BeijingDay, readBeijingDay } from '@coursepay/core/ports'

/** What was typed cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const USAGE = 'npm run reconcile -- --date 2026-11-22'

/** The day in `--date YYYY-MM-DD` or `--date=YYYY-MM-DD`. Throws `UsageError` with a sentence for everything else. */
export function readDay(args: readonly string[]): BeijingDay {
  const [name, value, ...rest] = args.flatMap((arg) => (arg.startsWith('--date=') ? ['--date', arg.slice(7)] : [arg]))
  if (name === undefined) throw new UsageError(`The option --date is missing. Write ${USAGE}`)
  if (name !== '--date') throw new UsageError(`The argument ${name} is unknown. Write ${USAGE}`)
  if (rest.length > 0) throw new UsageError(`Only one day can be reconciled at a time. Write ${USAGE}`)
  try {
    return readBeijingDay(value)
  } catch {
    throw new UsageError(`--date ${value ?? ''} is not a day in the form YYYY-MM-DD (Beijing time). Write ${USAGE}`)
  }
}
