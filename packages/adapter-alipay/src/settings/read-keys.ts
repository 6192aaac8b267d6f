import { createPrivateKey, createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { CheckoutError } from '@coursepay/core'

const MIN_RSA_BITS = 2_048
/** A chain of four certificates takes 8 kB. */
const MAX_KEY_BYTES = 65_536

/** Says what is wrong with a setting. It never quotes the setting, which may be a key. */
export const invalidSettingError = (settingName: string, sentence: string) =>
  new CheckoutError('invalid_request', `${settingName} ${sentence}`)

/**
 * Reads a private RSA key of at least 2,048 bits: PEM or bare base64, PKCS#8 or PKCS#1, or the path of a file that
 * holds one. Line breaks may be missing, blanks, `\n` spelt out, or CRLF. Throws `invalid_request`, which begins with
 * `what`.
 */
export function readPrivateKey(textOrPath: string, settingName = "The app's private key"): KeyObject {
  const text = readKeyTextOrFile(textOrPath, settingName)
  const blocks = pemBlocksIn(text)
  if (blocks.some(({ isEncrypted }) => isEncrypted))
    throw invalidSettingError(settingName, 'is protected by a passphrase: remove the passphrase.')
  const [block, ...others] = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'))
  if (others.length > 0)
    throw invalidSettingError(settingName, 'cannot be read: it holds several private keys. Give one.')
  if (blocks.length > 0 && block === undefined)
    throw invalidSettingError(
      settingName,
      'cannot be read: it holds no private key. Give the one that was made for this app.',
    )
  const key =
    block === undefined
      ? readBareKey(createPrivateKey, text, ['pkcs8', 'pkcs1'])
      : undefinedOnError(() => createPrivateKey(block.pem))
  return requireUsablePrivateKey(requireRsaKey(key, settingName), settingName)
}

/** Reads a public RSA key in the same forms; a certificate counts as its key. Throws `invalid_request`. */
export function readPublicKey(textOrPath: string, settingName = "Alipay's public key"): KeyObject {
  const text = readKeyTextOrFile(textOrPath, settingName)
  const [block] = pemBlocksIn(text)
  // OpenSSL derives a public key from a private one, and says nothing.
  if (block?.label.endsWith('PRIVATE KEY') || readBareKey(createPrivateKey, text, ['pkcs8', 'pkcs1']) !== undefined) {
    throw invalidSettingError(
      settingName,
      'cannot be read: this is a private key. Copy the public key (支付宝公钥) from the console.',
    )
  }
  const pem = block?.pem ?? formatPem('CERTIFICATE', withoutBlanks(text))
  return requireRsaKey(
    readBareKey(createPublicKey, text, ['spki', 'pkcs1']) ?? undefinedOnError(() => createPublicKey(pem)),
    settingName,
  )
}

/** Reads one certificate or a chain in the same forms; the result is PEM. Throws `invalid_request`. */
export function readCertificates(textOrPath: string, settingName = 'The certificate'): string {
  const text = readKeyTextOrFile(textOrPath, settingName)
  const blocks = pemBlocksIn(text).filter(({ label }) => label === 'CERTIFICATE')
  const pem =
    blocks.length > 0 ? blocks.map((block) => block.pem).join('') : formatPem('CERTIFICATE', withoutBlanks(text))
  if (undefinedOnError(() => new X509Certificate(pem)) === undefined) {
    throw invalidSettingError(
      settingName,
      'cannot be read: it is not an X.509 certificate in PEM or base64. Download it from the console again.',
    )
  }
  return pem
}

/** True when the public key is the private key's own: the app's key was given where Alipay's belongs. */
export const isOwnPublicKey = (publicKey: KeyObject, privateKey: KeyObject): boolean =>
  createPublicKey(privateKey).equals(publicKey)

interface PemBlock {
  readonly label: string
  readonly pem: string
  readonly isEncrypted: boolean
}

const PEM_BLOCK_PATTERN = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g

/** The PEM blocks in a text, each rewritten with the line breaks of RFC 7468. */
const pemBlocksIn = (text: string): PemBlock[] =>
  [...text.matchAll(PEM_BLOCK_PATTERN)].map(([, label = '', body = '']) => ({
    label,
    pem: formatPem(label, withoutBlanks(body)),
    isEncrypted: label.startsWith('ENCRYPTED') || body.includes('ENCRYPTED'),
  }))

const formatPem = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`

const withoutBlanks = (text: string) => text.replaceAll(/\s/g, '')

/** PEM or base64; a file's, when the setting is the path of one. Breaks that were spelt out are breaks again. */
function readKeyTextOrFile(textOrPath: string, settingName: string): string {
  if (textOrPath.trim() === '') throw invalidSettingError(settingName, 'is missing: set it.')
  if (textOrPath.length > MAX_KEY_BYTES)
    throw invalidSettingError(settingName, 'is too long for a key: give one key, or the path of its file.')
  const text = isKeyText(textOrPath) ? textOrPath : tryReadKeyFile(textOrPath.trim())
  if (text === undefined)
    throw invalidSettingError(
      settingName,
      'cannot be read: give a key in PEM or base64, or the path of a file that holds one.',
    )
  return text.replaceAll(/\\[rn]/g, '\n')
}

/** DER begins with a sequence, and so base64 with `MI`. No path is as long as the shortest key. */
const isKeyText = (text: string) => text.includes('-----BEGIN') || (text.length >= 200 && /^["'\s]*MI/.test(text))

function tryReadKeyFile(path: string): string | undefined {
  const stat = undefinedOnError(() => statSync(path))
  if (stat === undefined || !stat.isFile() || stat.size > MAX_KEY_BYTES) return undefined
  return undefinedOnError(() => readFileSync(path, 'utf8'))
}

/** A bare key is DER in base64, in one of two forms. */
function readBareKey<Form extends string>(
  create: (key: { key: Buffer; format: 'der'; type: Form }) => KeyObject,
  text: string,
  keyTypes: readonly Form[],
): KeyObject | undefined {
  const base64 = withoutBlanks(text).replaceAll(/["']/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  const key = Buffer.from(base64, 'base64')
  return keyTypes
    .map((type) => undefinedOnError(() => create({ key, format: 'der', type })))
    .find((found) => found !== undefined)
}

/** OpenSSL's own message can quote the key, so it is not passed on. */
function undefinedOnError<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const SIGNED_PROBE = Buffer.from('probe')

/** OpenSSL takes a key of which a few digits are wrong, and signs with it what nobody can verify. */
function requireUsablePrivateKey(key: KeyObject, settingName: string): KeyObject {
  const signature = undefinedOnError(() => sign('RSA-SHA256', SIGNED_PROBE, key))
  if (signature === undefined || !verify('RSA-SHA256', SIGNED_PROBE, createPublicKey(key), signature)) {
    throw invalidSettingError(settingName, 'cannot be read: its digits do not belong together. Copy the key again.')
  }
  return key
}

function requireRsaKey(key: KeyObject | undefined, settingName: string): KeyObject {
  if (key?.asymmetricKeyType !== 'rsa') {
    throw invalidSettingError(
      settingName,
      'cannot be read: it is not an RSA key in PEM or base64. Make a pair with 2,048 bits for RSA2.',
    )
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < MIN_RSA_BITS)
    throw invalidSettingError(
      settingName,
      `has ${bits} bits: make one with ${MIN_RSA_BITS} bits or more, as RSA2 needs.`,
    )
  return key
}
