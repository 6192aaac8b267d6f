import type { PayToken } from '../identifiers.js'

/** Makes the secret in the QR. */
export interface PayTokenGenerator {
  /** Outcome: 128 random bits as base64url, 22 characters. Repeated call: another one. Never fails. */
  nextToken(): PayToken
}
