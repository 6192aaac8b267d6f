import { CheckoutError } from '@coursepay/core'
import type { BeijingDay } from '@coursepay/core/ports'
import type { Bill, BillSource } from '@coursepay/core/reconciliation'
import type { AlipayAnswer, AlipayClient } from '../client/alipay-client.js'
import { type DownloadLimits, downloadFile } from './download-file.js'
import { listArchivedFiles } from './read-archive.js'
import { type BillDetail, isDetailFileContent, readDetail } from './read-detail.js'
import { readSummaryFee } from './read-summary.js'

export interface BillLimits extends DownloadLimits {
  /** All files of a bill together, unpacked. A line takes some 250 bytes. */
  readonly maxUnpackedBytes: number
}

const MEBIBYTE = 2 ** 20

export const defaultBillLimits: BillLimits = {
  timeoutMs: 30_000,
  maxBytes: 64 * MEBIBYTE,
  maxUnpackedBytes: 256 * MEBIBYTE,
}

/** Alipay's daily bills of trades (`alipay.data.dataservice.bill.downloadurl.query`, then the file at once). */
export function createBillSource(client: AlipayClient, limits: BillLimits = defaultBillLimits): BillSource {
  return {
    async billOf(day) {
      const answer = await client.call('alipay.data.dataservice.bill.downloadurl.query', {
        bill_type: 'trade',
        bill_date: day,
      })
      if (answer.kind === 'unknown') throw ambiguousBillAnswerError(answer.reason)
      if (isBillAbsent(answer)) return { kind: 'absent' }
      return { kind: 'bill', bill: readBillFile(await downloadFile(requireDownloadUrl(answer), limits), day, limits) }
    },
  }
}

const ambiguousBillAnswerError = (reason: string) =>
  new CheckoutError('gateway_unknown', `Alipay's answer about the bill is ambiguous: ${reason}. Retry later.`)

/** Alipay writes the codes with and without `isp.`, in either case. */
const isBillAbsent = ({ subCode }: AlipayAnswer) => /(^|\.)(bill_not_exist|no_bill_data)$/i.test(subCode)

/** Refused for good; other codes may pass. */
const FINAL_REFUSAL_CODE_PATTERN =
  /(^|\.)(invailid_arguments|bill_date_before_registration|type_not_supported)$|^isv\./i

function requireDownloadUrl({ code, subCode, fields }: AlipayAnswer): string {
  const address = fields.bill_download_url
  if (code === '10000' && address !== undefined) return address
  const reason = `${code} ${subCode}`.trim()
  if (FINAL_REFUSAL_CODE_PATTERN.test(subCode))
    throw new CheckoutError(
      'gateway_refused',
      `Alipay refuses the bill: ${reason}. Run the doctor with --codes to see what helps.`,
    )
  throw ambiguousBillAnswerError(reason)
}

/**
 * The bill in a file as it was downloaded. Throws `gateway_unknown` for every file that is not a whole bill of this
 * day.
 */
export function readBillFile(
  file: Uint8Array,
  day: BeijingDay,
  { maxUnpackedBytes }: BillLimits = defaultBillLimits,
): Bill {
  let remainingBytes = maxUnpackedBytes
  const details: BillDetail[] = []
  const fees: (number | null)[] = []
  for (const entry of listArchivedFiles(file)) {
    if (!entry.name.endsWith('.csv')) continue
    const content = entry.read(remainingBytes)
    remainingBytes -= content.length
    if (entry.name.includes('汇总') || !isDetailFileContent(content)) fees.push(readSummaryFee(content))
    else details.push(readDetail(content, day))
  }
  const [first] = details
  if (first === undefined) throw ambiguousBillAnswerError('the file has no details')
  if (details.some(({ sellerId }) => sellerId !== first.sellerId))
    throw ambiguousBillAnswerError('its files belong to several accounts')
  const [serviceFee = null] = fees.length === 1 ? fees : []
  return {
    day,
    sellerId: first.sellerId,
    rows: details.flatMap(({ rows }) => rows),
    unread: details.flatMap(({ unread }) => unread),
    ...(serviceFee === null ? {} : { statedServiceFee: serviceFee }),
  }
}
