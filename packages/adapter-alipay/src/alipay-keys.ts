import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'

const isPem = (text: string) => text.includes('-----BEGIN')

/** An environment variable often carries a PEM text on one line, with `\n` spelt out. */
const unescapeLines = (text: string) => text.replaceAll('\\n', '\n').trim()

/** Reads a private RSA key: PEM or bare base64, PKCS#8 or PKCS#1. Throws `invalid_request` without showing the key. */
export function readPrivateKey(text: string): KeyObject {
  const given = unescapeLines(text)
  const key = isPem(given)
    ? attempt(() => createPrivateKey(given))
    : (attempt(() => createPrivateKey({ key: der(given), format: 'der', type: 'pkcs8' })) ??
      attempt(() => createPrivateKey({ key: der(given), format: 'der', type: 'pkcs1' })))
  return mustBeRsa(key, "The app's private key")
}

/** Reads Alipay's public RSA key: PEM or bare base64, or the PEM text of a certificate. Throws `invalid_request`. */
export function readPublicKey(text: string): KeyObject {
  const given = unescapeLines(text)
  const key = isPem(given)
    ? attempt(() => createPublicKey(given))
    : (attempt(() => createPublicKey({ key: der(given), format: 'der', type: 'spki' })) ??
      attempt(() => createPublicKey({ key: der(given), format: 'der', type: 'pkcs1' })))
  return mustBeRsa(key, "Alipay's public key")
}

const der = (base64: string) => Buffer.from(base64, 'base64')

/** OpenSSL's own message can quote the key, so it is not passed on. */
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function mustBeRsa(key: KeyObject | undefined, name: string): KeyObject {
  if (key?.asymmetricKeyType !== 'rsa') {
    throw new CheckoutError('invalid_request', `${name} cannot be read: it is not an RSA key in PEM or base64.`)
  }
  return key
}

/** True when the public key is the private key's own: the app's key was given where Alipay's belongs. */
export const isOwnPublicKey = (publicKey: KeyObject, privateKey: KeyObject): boolean =>
  createPublicKey(privateKey).equals(publicKey)
