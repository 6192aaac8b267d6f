import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createMessageSigner, createProofErrorFinder } from '../src/message-proof.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const pemOf = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString()

const folder = mkdtempSync(join(tmpdir(), 'proof-'))
afterAll(() => rmSync(folder, { recursive: true }))
function fileOf(text: string): string {
  const path = join(folder, `${Math.random()}.pem`)
  writeFileSync(path, text)
  return path
}

const forms: [string, (pem: string) => string][] = [
  ['PEM', (pem) => pem],
  ['PEM in one line', (pem) => pem.replaceAll('\n', ' ')],
  ['PEM with its breaks spelt out', (pem) => pem.replaceAll('\n', '\\n')],
  ['PEM with a byte order mark, CRLF and blanks', (pem) => `\uFEFF${pem.replaceAll('\n', '\r\n   ')}`],
  ['base64 of its DER', (pem) => pem.replace(/-----[^-]+-----|\s/g, '')],
  ['the path of a file with PEM', fileOf],
  ['the path of a file with base64', (pem) => ` ${fileOf(pem.replace(/-----[^-]+-----/g, ''))}\n`],
]

const body = Buffer.from('{"id":"7123456789012345678"}')
const prove = createMessageSigner(pemOf(privateKey))
const check = createProofErrorFinder(pemOf(publicKey), 'required')

describe('the proof of a message', () => {
  it.each(forms)('takes its keys as %s', (_, form) => {
    const proof = createMessageSigner(form(pemOf(privateKey)))(body)
    expect(createProofErrorFinder(form(pemOf(publicKey)), undefined)(body, proof)).toBeNull()
  })

  it('fits only the body that it was made for, byte for byte', () => {
    expect(check(body, prove(body))).toBeNull()
    expect(check(Buffer.concat([body, Buffer.from(' ')]), prove(body))).toMatch(/does not fit/)
  })

  it.each([
    ["a stranger's proof", createMessageSigner(pemOf(stranger.privateKey))(body)],
    ['no base64', '!!'],
    ['an empty text', ''],
    ['a number', 7],
    ['bytes', Buffer.from(prove(body), 'base64')],
  ])('is refused when it is %s, whatever the policy', (_, proof) => {
    expect(check(body, proof)).toMatch(/does not fit/)
    expect(createProofErrorFinder(pemOf(publicKey), 'optional')(body, proof)).toMatch(/does not fit/)
  })

  it('may be of the old key or the new one during a rotation', () => {
    const both = `${pemOf(publicKey)},${pemOf(stranger.publicKey)}`
    const other = createMessageSigner(pemOf(stranger.privateKey))(body)
    for (const proof of [prove(body), other]) expect(createProofErrorFinder(both, 'required')(body, proof)).toBeNull()
    const third = createMessageSigner(pemOf(generateKeyPairSync('ed25519').privateKey))(body)
    expect(createProofErrorFinder(both, 'required')(body, third)).toMatch(/does not fit/)
  })

  it('may be missing only where it is optional, and is required by default once there is a key', () => {
    expect(check(body, undefined)).toMatch(/no proof/)
    expect(createProofErrorFinder(pemOf(publicKey), undefined)(body, undefined)).toMatch(/no proof/)
    expect(createProofErrorFinder(pemOf(publicKey), 'optional')(body, undefined)).toBeNull()
    expect(createProofErrorFinder(undefined, 'optional')(body, 'anything')).toBeNull()
  })

  it('cannot be required without a key', () => {
    expect(() => createProofErrorFinder(undefined, 'required')).toThrow(/MESSAGE_VERIFY_KEY/)
  })

  it.each([
    ['a public key', pemOf(publicKey)],
    ['an RSA key', pemOf(rsa.privateKey)],
    ['a file that is not there', join(folder, 'none.pem')],
    ['nothing', ' '],
  ])('is not made by %s', (_, key) => {
    expect(() => createMessageSigner(key)).toThrow(/MESSAGE_SIGNING_KEY\) is not a private Ed25519 key/)
  })

  it('is not checked by a private key, which no consumer should hold, and the sentence does not show it', () => {
    const secret = pemOf(privateKey)
    const part = secret.split('\n')[1] ?? ''
    expect(() => createProofErrorFinder(secret, undefined)).toThrow(/MESSAGE_VERIFY_KEY\) is not a public Ed25519 key/)
    expect(() => createProofErrorFinder(secret, undefined)).not.toThrow(part)
  })
})
