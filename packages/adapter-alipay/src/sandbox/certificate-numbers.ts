import { createHash, X509Certificate } from 'node:crypto'

/** The three numbers of certificate mode. */
export interface CertificateNumbers {
  readonly appCertSn: string
  readonly alipayCertSn: string
  readonly alipayRootCertSn: string
}

/** md5 of the issuer, most specific part first and joined with commas, followed by the serial number in decimal. */
export function certificateNumber(pem: string): string {
  const { issuer, serialNumber } = new X509Certificate(pem)
  const name = issuer.split('\n').reverse().join(',')
  return createHash('md5')
    .update(`${name}${BigInt(`0x${serialNumber}`)}`, 'utf8')
    .digest('hex')
}
