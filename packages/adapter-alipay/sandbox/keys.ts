import { createHash, createPublicKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'

/** An RSA pair, parsed once. */
export interface RsaKeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The pairs a sandbox works with. Pass the same ones to several sandboxes to save the 0.1 s each takes to make. */
export interface SandboxKeys {
  /** Signs answers, notifications and return addresses. */
  readonly alipay: RsaKeyPair
  /** Signs the merchant's requests. */
  readonly merchant: RsaKeyPair
}

const generateKeyPairAsync = promisify(generateKeyPair)

/** A new 2048-bit pair, the size Alipay demands. */
export function generateRsaKeyPair(): Promise<RsaKeyPair> {
  return generateKeyPairAsync('rsa', { modulusLength: 2048 })
}

export async function generateSandboxKeys(): Promise<SandboxKeys> {
  const [alipay, merchant] = await Promise.all([generateRsaKeyPair(), generateRsaKeyPair()])
  return { alipay, merchant }
}

export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

export const publicKeyPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

/** A public key from PEM text or from the bare base64 that Alipay's key tool prints. */
export function parsePublicKey(text: string): KeyObject {
  if (text.includes('-----BEGIN')) return createPublicKey(text)
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
}

/** Whose public keys are certified. */
interface CertificateHolders {
  readonly merchant: KeyObject
  readonly alipay: KeyObject
}

const YEARS_VALID = 10

const distinguishedName = (commonName: string) => [
  { shortName: 'C', value: 'CN' },
  { shortName: 'O', value: 'coursepay sandbox' },
  { shortName: 'OU', value: 'local Alipay' },
  { shortName: 'CN', value: commonName },
]

/**
 * A certificate authority of its own with a certificate for the app and one for Alipay, as PEM. The authority's key is
 * not kept. Node can read certificates but not make them, hence node-forge, an optional peer that is loaded only here.
 * Throws when it is not installed, and says so.
 */
export async function issueCertificates({ merchant, alipay }: CertificateHolders): Promise<SandboxCertificates> {
  const forge = await loadForge()
  const authority = await generateRsaKeyPair()
  const authorityKey = forge.pki.privateKeyFromPem(privateKeyPem(authority.privateKey))
  const authorityName = distinguishedName('coursepay sandbox root')

  const issue = (serialNumber: string, commonName: string, publicKey: KeyObject, cA = false): string => {
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem(publicKey))
    certificate.serialNumber = serialNumber
    certificate.validity.notBefore = new Date()
    certificate.validity.notAfter = new Date()
    certificate.validity.notAfter.setUTCFullYear(certificate.validity.notBefore.getUTCFullYear() + YEARS_VALID)
    certificate.setSubject(cA ? authorityName : distinguishedName(commonName))
    certificate.setIssuer(authorityName)
    certificate.setExtensions([{ name: 'basicConstraints', critical: true, cA }])
    certificate.sign(authorityKey, forge.md.sha256.create())
    return forge.pki.certificateToPem(certificate)
  }

  return {
    alipayRootCert: issue('01', 'coursepay sandbox root', authority.publicKey, true),
    alipayPublicCert: issue('02a1', 'Alipay', alipay),
    appCert: issue('03b2', 'merchant app', merchant),
  }
}

async function loadForge() {
  try {
    const { default: forge } = await import('node-forge')
    return forge
  } catch (cause) {
    throw new Error('certificate mode needs the package node-forge: npm install node-forge', { cause })
  }
}

export interface SandboxCertificates {
  readonly appCert: string
  readonly alipayPublicCert: string
  readonly alipayRootCert: string
}

/** The three numbers of certificate mode. */
export interface CertificateSns {
  readonly appCertSn: string
  readonly alipayCertSn: string
  readonly alipayRootCertSn: string
}

/** md5 of the issuer, most specific part first and joined with commas, followed by the serial number in decimal. */
export function certSnOf(pem: string): string {
  const { issuer, serialNumber } = new X509Certificate(pem)
  const name = issuer.split('\n').reverse().join(',')
  return createHash('md5')
    .update(`${name}${BigInt(`0x${serialNumber}`)}`, 'utf8')
    .digest('hex')
}
