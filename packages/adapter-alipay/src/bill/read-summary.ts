import { MAX_LINE_LENGTH } from './csv-cells.js'
import { tryReadSignedYuan } from './read-bill-row.js'

/** A summary has a line for each shop of the account. */
const MAX_SUMMARY_BYTES = 1_048_576

/**
 * The service fee of the whole day, in fen, as the summary beside the details states it. Null where it does not: its
 * layout is not documented, and nothing is decided by it.
 */
export function readSummaryFee(content: Uint8Array): number | null {
  const lines = new TextDecoder('gbk').decode(content.subarray(0, MAX_SUMMARY_BYTES)).split(/\r?\n/)
  const rows = lines.filter((line) => !line.startsWith('#') && line.length <= MAX_LINE_LENGTH)
  const cellsOf = (line: string) => line.split(',').map((cell) => cell.trim())
  const names = rows
    .filter((line) => line.includes('服务费'))
    .map(cellsOf)
    .find((cells) => cells.some(isServiceFeeHeading))
  const total = rows
    .filter((line) => line.trimStart().startsWith('合计'))
    .map(cellsOf)
    .find(([first]) => first === '合计')
  if (names === undefined || total === undefined || names.length !== total.length) return null
  return tryReadSignedYuan(total[names.findIndex(isServiceFeeHeading)] ?? '')
}

const isServiceFeeHeading = (name: string) => /^服务费[(（]元[)）]$/.test(name)
