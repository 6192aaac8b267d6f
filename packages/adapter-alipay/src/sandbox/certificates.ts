import type { KeyObject } from 'node:crypto'
import { generateRsaKeyPair, privateKeyPem, publicKeyPem } from './keys.js'
import type { SandboxCertificates } from './options.js'

/** Whose public keys are certified. */
export interface CertificateHolders {
  readonly merchant: KeyObject
  readonly alipay: KeyObject
}

const YEARS_VALID = 10

const nameOf = (commonName: string) => [
  { shortName: 'C', value: 'CN' },
  { shortName: 'O', value: 'coursepay sandbox' },
  { shortName: 'OU', value: 'local Alipay' },
  { shortName: 'CN', value: commonName },
]

/**
 * A certificate authority of its own with a certificate for the app and one for Alipay, as PEM. The authority's key is not
 * kept. Node can read certificates but not make them, hence node-forge, an optional peer that is loaded only here.
 * Throws when it is not installed, and says so.
 */
export async function issueCertificates({ merchant, alipay }: CertificateHolders): Promise<SandboxCertificates> {
  const forge = await loadForge()
  const authority = await generateRsaKeyPair()
  const authorityKey = forge.pki.privateKeyFromPem(privateKeyPem(authority.privateKey))
  const authorityName = nameOf('coursepay sandbox root')

  const issue = (serialNumber: string, commonName: string, publicKey: KeyObject, cA = false): string => {
    const certificate = forge.pki.createCertificate()
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem(publicKey))
    certificate.serialNumber = serialNumber
    certificate.validity.notBefore = new Date()
    certificate.validity.notAfter = new Date()
    certificate.validity.notAfter.setUTCFullYear(certificate.validity.notBefore.getUTCFullYear() + YEARS_VALID)
    certificate.setSubject(cA ? authorityName : nameOf(commonName))
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
