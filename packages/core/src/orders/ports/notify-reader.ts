import type { PaymentEvidence } from '../domain/payment-evidence.js'

/** `claimedOutTradeNo` is what a rejected body claims: of use in the journal only, it proves nothing. */
export type NotifyReading =
  | { readonly kind: 'genuine'; readonly evidence: PaymentEvidence }
  | {
      readonly kind: 'rejected'
      /** A word, for counting. */
      readonly reason: string
      /** What probably happened, as a sentence for the journal; null or absent when that cannot be told. */
      readonly explanation?: string | null
      readonly claimedOutTradeNo: string | null
      /** The app that the body names; a claim too. Null or absent when it names none. */
      readonly claimedAppId?: string | null
    }

/** Tells whether a notification comes from the gateway. */
export interface NotifyReader {
  /**
   * Outcome: `genuine` when the signature over exactly the body's fields is the gateway's, else `rejected` with the
   * reason; never throws, whatever the bytes. Whether it is meant for us is the gate's business (`evidenceRefusalOf`).
   * Repeated call and concurrency: it only reads. Retry: the gateway, which repeats what is not answered `success`.
   */
  read(body: Uint8Array): Promise<NotifyReading>
}
