import { isSnowflake, payNo } from '../../../shared/identifiers.js'
import { withPaymentIdsOnError } from '../../../shared/payment-ids.js'
import { createTokenBucket } from '../../../shared/rate-limiter.js'
import type { JournalEntry } from '../../ports/evidence-journal.js'
import type { NotifyReading } from '../../ports/notify-reader.js'
import type { PaymentCallbacks } from '../../ports/order-service.js'
import type { ProcessRefund } from '../refunds/process-refund.js'
import type { UseCaseDependencies } from '../update-order.js'
import { reportedRefundScheduleEntry, type SettleEvidence } from './settle-evidence.js'

type ReceiveNotificationDependencies = Pick<UseCaseDependencies, 'notifyReader' | 'gateway' | 'store' | 'clock' | 'ids'>
type RejectedReading = Extract<NotifyReading, { kind: 'rejected' }>

/** Of bodies without a valid signature, this many a second are journalled; the others are only counted. */
const MAX_REJECTED_PER_SECOND = 10
/** Of those that name our app and a known payment, this many for each payment are kept whole. */
const MAX_WHOLE_BODIES = 3
const MAX_JOURNALLED_REJECTED_BYTES = 512

/**
 * Takes a notification of the gateway; answers `success` only after the commit. A verified body is journalled whole
 * with its verdict, a rejected one within limits: a stranger must not fill the database.
 */
export function receiveNotification(
  dependencies: ReceiveNotificationDependencies,
  settle: SettleEvidence,
  processRefund: ProcessRefund,
): PaymentCallbacks['receiveNotify'] {
  const { notifyReader, clock } = dependencies
  const rejectionRateLimiter = createTokenBucket(MAX_REJECTED_PER_SECOND, MAX_REJECTED_PER_SECOND, clock)
  return async (body) => {
    const reading = await notifyReader.read(body)
    if (reading.kind === 'rejected') {
      if (rejectionRateLimiter.tryAcquire()) await journalRejection(dependencies, reading, body)
      return { answer: 'fail', verdict: reading.reason, explanation: reading.explanation ?? undefined }
    }
    const { outTradeNo } = reading.evidence
    const number = isSnowflake(outTradeNo) ? payNo(outTradeNo) : undefined
    const { accepted, verdict, orderId } = await withPaymentIdsOnError({ payNo: number }, () =>
      settle(reading.evidence, body),
    )
    // The refund is stored as due. A failure here changes nothing: the refund worker confirms it later.
    if (verdict === 'refund_notice')
      await processRefund(reportedRefundScheduleEntry(reading.evidence, clock.now())).catch(() => {})
    return { answer: accepted ? 'success' : 'fail', verdict, payNo: number, orderId }
  }
}

async function journalRejection(
  dependencies: ReceiveNotificationDependencies,
  reading: RejectedReading,
  body: Uint8Array,
): Promise<void> {
  const { store, clock, ids } = dependencies
  const { reason, explanation = null, claimedOutTradeNo: outTradeNo } = reading
  const isKept = body.length <= MAX_JOURNALLED_REJECTED_BYTES || (await mayKeepWholeBody(dependencies, reading))
  const verdict = explanation === null ? reason : `${reason}: ${explanation}`
  const entry: JournalEntry = {
    id: await ids.nextId(),
    source: 'notify',
    receivedAt: clock.now(),
    outTradeNo,
    body: isKept ? body : body.subarray(0, MAX_JOURNALLED_REJECTED_BYTES),
    verdict: isKept ? verdict : `${verdict} (${body.length} bytes, SHA-256 ${await sha256(body)})`,
  }
  await store.journal.append(entry)
}

async function mayKeepWholeBody(
  { store, gateway }: ReceiveNotificationDependencies,
  reading: RejectedReading,
): Promise<boolean> {
  const { claimedOutTradeNo: number, claimedAppId } = reading
  if (claimedAppId !== gateway.merchant.appId || !isSnowflake(number)) return false
  if ((await store.orders.find({ payNo: payNo(number) })) === null) return false
  const earlier = (await store.journal.listOf(number)).filter(({ verdict }) => verdict.startsWith(reading.reason))
  return earlier.length < MAX_WHOLE_BODIES
}

/**
 * A web standard that every JavaScript runtime has; declared here because core is compiled without any runtime's types.
 */
declare const crypto: { readonly subtle: { digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer> } }

async function sha256(body: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
