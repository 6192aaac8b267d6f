import { X509Certificate } from 'node:crypto'
import { type AlipaySettings, createAlipay } from '@coursepay/adapter-alipay'
import { payNo, type QueryAnswer } from '@coursepay/core'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

const DAY_MS = 86_400_000
/** A number that nobody ordered: a gateway that accepts us says that there is no such trade. */
const NOBODY = payNo('1')

/** Do the keys fit the app? (That they are the right way round was looked at when the settings were read.) */
export const checkKeys = (settings: AlipaySettings): Check => ({
  name: "Alipay's keys",
  async run() {
    return [readAnswer(await createAlipay(settings).gateway.query(NOBODY), settings)]
  },
})

function readAnswer(answer: QueryAnswer, { appId, gateway = 'the gateway' }: AlipaySettings): Finding {
  if (answer.kind !== 'unknown') return ok(`Alipay accepts the signature of app ${appId}, and its answer verifies.`)
  const { reason } = answer
  const known = sentences.find(([sign]) => reason.includes(sign))
  return known === undefined
    ? fault(`${gateway} gives no usable answer (${reason}). Is ALIPAY_GATEWAY right, and reachable from here?`)
    : fault(known[1])
}

const sentences: readonly (readonly [string, string])[] = [
  [
    'isv.invalid-signature',
    'Alipay refuses our signature: ALIPAY_PRIVATE_KEY does not belong to the public key that the console shows for this app. Upload the matching public key, or use the matching private key.',
  ],
  [
    'isv.invalid-app-id',
    'Alipay does not know ALIPAY_APP_ID. Is it the app of this gateway (sandbox and production have different ones)?',
  ],
  [
    'isv.missing-app-cert',
    'This app is in certificate mode: set ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT and ALIPAY_ROOT_CERT.',
  ],
  [
    'signature of the answer does not verify',
    "The answer is not signed by the key in ALIPAY_PUBLIC_KEY: take Alipay's public key (支付宝公钥) from the console, not the app's.",
  ],
  [
    'isv.insufficient-isv-permissions',
    'This app may not use wap pay yet: sign the product (手机网站支付) in the console and put the app online.',
  ],
  ['isv.invalid-timestamp', "Alipay refuses our time: set this machine's clock (NTP)."],
]

/** Certificates run out, and then every call fails at once. */
export const checkCertificates = ({ certificates }: AlipaySettings, now: number): Check => ({
  name: 'certificates',
  async run() {
    const named = Object.entries(certificates ?? {})
    return named.map(([name, pem]) => dated(name, Date.parse(new X509Certificate(pem).validTo), now))
  },
})

function dated(name: string, end: number, now: number): Finding {
  const days = Math.floor((end - now) / DAY_MS)
  if (days < 0) return fault(`The certificate ${name} ran out ${-days} days ago: make a new one in the console.`)
  if (days < 30) return worry(`The certificate ${name} runs out in ${days} days: make a new one in the console now.`)
  return ok(`The certificate ${name} is good for ${days} days.`)
}
