import { leadingCodeOfDetail } from '../diagnosis.js'
import type { OperatorTexts } from '../texts/operator-english.js'
import { rowToneOf, type TimelineRow } from '../timeline-rows.js'

interface TimelineProps {
  readonly rows: readonly TimelineRow[]
  readonly texts: OperatorTexts
}

const PICTURE_WIDTH = 300
const ROW_HEIGHT = 42
const HEAD_HEIGHT = 34
const SHOP_LANE_X = 66
const GATEWAY_LANE_X = 284
const MIDDLE_X = (SHOP_LANE_X + GATEWAY_LANE_X) / 2

/** Who began: an arrow from the gateway, one to it and back, or something that happened on one side alone. */
const directionByKind: Readonly<Record<TimelineRow['kind'], 'in' | 'out' | 'missing' | 'here' | 'there'>> = {
  created: 'here',
  notify: 'in',
  bill: 'in',
  query: 'out',
  close: 'out',
  refund: 'out',
  refund_query: 'out',
  paid: 'there',
  refund_opened: 'here',
  refund_ended: 'here',
  closed: 'here',
  operator: 'here',
  notify_missing: 'missing',
}

/**
 * A payment between us and the gateway, from top to bottom; the same as a table, which a screen reader reads instead.
 */
export function TimelinePicture({ rows, texts }: TimelineProps) {
  const height = HEAD_HEIGHT + rows.length * ROW_HEIGHT
  return (
    <>
      <svg class="timeline" viewBox={`0 0 ${PICTURE_WIDTH} ${height}`} aria-hidden="true">
        <path class="lane" d={`M${SHOP_LANE_X} 24V${height}M${GATEWAY_LANE_X} 24V${height}`} />
        <text x={SHOP_LANE_X} y="14" text-anchor="middle">
          {texts.timeline.us}
        </text>
        <text x={PICTURE_WIDTH} y="14" text-anchor="end">
          {texts.timeline.gateway}
        </text>
        {rows.map((row, index) => (
          <TimelineArrow row={row} y={HEAD_HEIGHT + index * ROW_HEIGHT + 22} texts={texts} />
        ))}
      </svg>
      <TimelineTable rows={rows} texts={texts} />
    </>
  )
}

function TimelineArrow({
  row,
  y,
  texts,
}: {
  readonly row: TimelineRow
  readonly y: number
  readonly texts: OperatorTexts
}) {
  const direction = directionByKind[row.kind]
  const text = { x: MIDDLE_X, 'text-anchor': 'middle' }
  return (
    <g class={rowToneOf(row)}>
      <text class="time" y={y + 4}>
        {texts.time(row.at)}
      </text>
      <DirectionMark direction={direction} y={y} />
      <text {...text} y={y - 6}>
        {texts.rowKinds[row.kind]}
        {row.times > 1 ? ` ×${row.times}` : ''}
      </text>
      {direction === 'missing' ? null : (
        <text {...text} class="result" y={y + 14}>
          {resultTextOf(row, texts)}
        </text>
      )}
    </g>
  )
}

const resultTextOf = ({ detail }: TimelineRow, { results }: OperatorTexts) =>
  results[leadingCodeOfDetail(detail)] ?? leadingCodeOfDetail(detail)

function DirectionMark({
  direction,
  y,
}: {
  readonly direction: (typeof directionByKind)[TimelineRow['kind']]
  readonly y: number
}) {
  const toShop = `M${GATEWAY_LANE_X} ${y}H${SHOP_LANE_X + 2}m7 -4l-7 4l7 4`
  const there = `m${GATEWAY_LANE_X - SHOP_LANE_X - 11} 0l-7 4m7 -4l-7 -4`
  switch (direction) {
    case 'in':
      return <path d={toShop} />
    case 'out':
      return <path d={`${toShop}M${SHOP_LANE_X + 9} ${y}${there}`} />
    case 'missing':
      return (
        <>
          <path class="dashed" d={`M${GATEWAY_LANE_X} ${y}H${MIDDLE_X + 8}`} />
          <path d={`M${MIDDLE_X - 5} ${y - 2}l10 10m0 -10l-10 10`} />
        </>
      )
    default:
      return <circle cx={direction === 'here' ? SHOP_LANE_X : GATEWAY_LANE_X} cy={y} r="5" />
  }
}

function TimelineTable({ rows, texts }: TimelineProps) {
  const { timeline } = texts
  return (
    <details>
      <summary>{timeline.table}</summary>
      <table>
        <thead>
          <tr>
            {[timeline.time, timeline.what, timeline.result].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <td>{row.times > 1 ? `${texts.time(row.at)}–${texts.time(row.lastAt)}` : texts.time(row.at)}</td>
              <td>{`${texts.rowKinds[row.kind]}${row.times > 1 ? ` ×${row.times}` : ''}`}</td>
              <td>
                {resultTextOf(row, texts)} <code>{row.detail}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
