import type { EpochMs } from '@coursepay/core'
import type { PaymentTimelineEvent } from '@coursepay/core/ports'
import { isNotifyMissing, leadingCodeOfDetail } from './diagnosis.js'

export type TimelineRowKind = PaymentTimelineEvent['kind'] | 'notify_missing'

/** One line of the picture. Events that say the same right after one another are one line. */
export interface TimelineRow {
  readonly at: EpochMs
  readonly kind: TimelineRowKind
  readonly detail: string
  /** How many events, the last of them at `lastAt`. */
  readonly times: number
  readonly lastAt: EpochMs
}

/** A payment that is asked about each minute has many events: the newest lines are shown. */
const MAX_TIMELINE_ROWS = 30

/** The story of a payment, line by line, with the notification that should have come and did not. */
export function timelineRowsOf(events: readonly PaymentTimelineEvent[]): TimelineRow[] {
  const isMissing = isNotifyMissing(events)
  const rows: TimelineRow[] = []
  for (const { at, kind, detail } of events) {
    const last = rows.at(-1)
    if (last?.kind === kind && last.detail === detail) {
      rows[rows.length - 1] = { ...last, times: last.times + 1, lastAt: at }
    } else {
      rows.push({ at, kind, detail, times: 1, lastAt: at })
    }
    if (kind === 'paid' && isMissing) {
      rows.push({ at, kind: 'notify_missing', detail: 'missing', times: 1, lastAt: at })
    }
  }
  return rows.slice(-MAX_TIMELINE_ROWS)
}

type RowTone = 'good' | 'warn' | 'plain'

const goodResultCodes = new Set(['booked', 'already_settled', 'succeeded', 'closed', 'refund_notice'])
const neutralResultCodes = new Set([
  'unpaid',
  'no_trade',
  'not_paid_yet',
  'absent',
  'accepted',
  'pending',
  'expired',
  'by_buyer',
  'by_operator',
  'obsolete',
])

/** What a line is drawn in: a code that is not known here is worth a look. */
export function rowToneOf({ kind, detail }: Pick<TimelineRow, 'kind' | 'detail'>): RowTone {
  if (kind === 'notify_missing') return 'warn'
  const code = leadingCodeOfDetail(detail)
  if (goodResultCodes.has(code)) return 'good'
  return neutralResultCodes.has(code) || kind === 'refund_opened' ? 'plain' : 'warn'
}
