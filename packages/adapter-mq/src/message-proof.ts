import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CheckoutError } from '@coursepay/core'

/** The AMQP header that holds the base64 Ed25519 signature of the body's bytes. */
export const PROOF_HEADER = 'x-proof'

/** `required`: a message without a proof is dead-lettered. `optional`: only one with a wrong proof is. */
export type ProofRequirement = 'optional' | 'required'

/** Makes the proof of a body. */
export type SignMessage = (content: Uint8Array) => string
/** Says why a body is not to be read; null when it may be. */
export type ProofErrorOf = (content: Uint8Array, proof: unknown) => string | null

/**
 * Takes the private key as PEM, in one line, as base64 of its DER, or as the path of a file. Throws `invalid_request`.
 */
export function createMessageSigner(signingKey: string): SignMessage {
  const key = readEd25519Key(signingKey, 'signingKey (MESSAGE_SIGNING_KEY)', (der) =>
    createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  )
  return (content) => sign(null, content, key).toString('base64')
}

/**
 * Takes the public key in the same forms, or several with commas between them: during a rotation each of them is
 * trusted. Throws `invalid_request`, also for a policy that needs a key and has none.
 */
export function createProofErrorFinder(
  verifyKey: string | undefined,
  policy: ProofRequirement | undefined,
): ProofErrorOf {
  if (verifyKey === undefined) {
    if (policy === 'required')
      throw keySettingError(
        'proof (MESSAGE_PROOF) is "required", but verifyKey (MESSAGE_VERIFY_KEY) is not set. Set the public key.',
      )
    return () => null
  }
  const trustedKeys = verifyKey
    .split(',')
    .map((text) =>
      readEd25519Key(text, 'verifyKey (MESSAGE_VERIFY_KEY)', (der) =>
        createPublicKey({ key: der, format: 'der', type: 'spki' }),
      ),
    )
  const missingProofReason = policy === 'optional' ? null : `the message has no proof in its header ${PROOF_HEADER}`
  return (content, proof) => {
    if (proof === undefined || proof === null) return missingProofReason
    const signature = typeof proof === 'string' ? Buffer.from(proof, 'base64') : null
    const isValid = signature !== null && trustedKeys.some((key) => verify(null, content, key, signature))
    return isValid ? null : `the proof in the header ${PROOF_HEADER} does not fit the body`
  }
}

const keySettingError = (sentence: string, cause?: unknown) => new CheckoutError('invalid_request', sentence, { cause })

function readEd25519Key(text: string, setting: string, parse: (der: Buffer) => KeyObject): KeyObject {
  try {
    const key = parse(decodeDer(text) ?? decodeDer(readFileSync(text.trim(), 'utf8')) ?? Buffer.alloc(0))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The reason may repeat the text, which may be a private key.
  }
  const kind = setting.startsWith('signing') ? 'private' : 'public'
  throw keySettingError(
    `${setting} is not a ${kind} Ed25519 key: give it as PEM, as base64 of its DER, or as the path of such a file.`,
  )
}

/** What stands between the lines of a PEM text, or the whole text as base64; null when it is neither. */
function decodeDer(text: string): Buffer | null {
  const plain = text.replaceAll('\\n', '\n')
  const body = (/-----([^-]+)-----END/.exec(plain)?.[1] ?? plain).replace(/[\s\uFEFF]/g, '')
  return /^[A-Za-z0-9+/]{40,}={0,2}$/.test(body) ? Buffer.from(body, 'base64') : null
}
