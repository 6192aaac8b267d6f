import type { PayToken } from '../identifiers.js'

/** Makes 63-bit ids that no other process makes. */
export interface IdGenerator {
  /**
   * Outcome: a decimal string, greater than every one before it from this generator.
   * Errors: `ids_unavailable` when no unique id can be promised: no worker number can be had.
   * Repeated call: another id. Concurrency: safe, also across processes. Retry: the caller, later.
   */
  nextId(): Promise<string>
}

/** Makes the secret in the QR. */
export interface PayTokenGenerator {
  /** Outcome: 128 random bits as base64url, 22 characters. Repeated call: another one. Never fails. */
  nextToken(): PayToken
}
