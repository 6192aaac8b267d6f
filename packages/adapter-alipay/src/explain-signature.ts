import iconv from 'iconv-lite'
import type { AlipayClient } from './alipay-client.js'
import { bytesOf, type NotifyForm, signedBytes } from './notify-form.js'

const TRADE = ['sign', 'sign_type']

/** Alipay sends about 25. What is tried grows with the square of the fields, and anybody may send us a thousand. */
const MOST_FIELDS = 64

/**
 * Why a signature does not hold: tries what usually happens to a notification on its way, and says in a sentence what fits. This is the
 * top complaint of everyone who integrates Alipay. Null when nothing fits (a forgery, or another key), and for a body with more fields
 * than any of Alipay's.
 */
export function explainSignature(client: AlipayClient, form: NotifyForm): string | null {
  if (Object.keys(form.fields).length > MOST_FIELDS) return null
  const holds = (changed: NotifyForm, leftOut: readonly string[] = TRADE) =>
    client.verifyBytes(signedBytes(changed, leftOut), changed.fields.sign ?? '')
  return (
    withoutField(form, holds) ??
    (holds(repairedSign(form))
      ? 'holds when the spaces in sign are plus signs again: something decoded the body twice'
      : null) ??
    encodedAgain(form, holds) ??
    (holds(asGbk(form)) ? 'holds over GBK bytes: something turned the body into UTF-8 on its way' : null) ??
    otherCertificate(form, client.alipayCertSn)
  )
}

/** Alipay renews its certificate from time to time, and names the one it signed with. */
function otherCertificate({ fields }: NotifyForm, ours: string | null): string | null {
  const theirs = fields.alipay_cert_sn
  if (ours === null || theirs === undefined || theirs === ours) return null
  return `names the certificate ${theirs.slice(0, 64)}, and ours is ${ours}: download Alipay's new one (ALIPAY_PUBLIC_CERT)`
}

type Holds = (form: NotifyForm, leftOut?: readonly string[]) => boolean

function withoutField(form: NotifyForm, holds: Holds): string | null {
  const extra = Object.keys(form.fields).find((name) => !TRADE.includes(name) && holds(form, [...TRADE, name]))
  return extra === undefined ? null : `holds without the field ${extra.slice(0, 64)}: something added it on the way`
}

function repairedSign(form: NotifyForm): NotifyForm {
  return { ...form, fields: { ...form.fields, sign: (form.fields.sign ?? '').replaceAll(' ', '+') } }
}

/** `passback_params` is sent URL-encoded by the merchant and signed like that. */
function encodedAgain(form: NotifyForm, holds: Holds): string | null {
  const name = Object.keys(form.fields).find((each) => holds(changed(form, each, encodeURIComponent)))
  return name === undefined
    ? null
    : `holds when ${name.slice(0, 64)} is URL-encoded once more: something decoded the body twice`
}

function changed(form: NotifyForm, name: string, change: (text: string) => string): NotifyForm {
  const bytes = new Map(bytesOf(form))
  bytes.set(name, Buffer.from(change(form.fields[name] ?? ''), 'utf8'))
  return { ...form, bytes }
}

function asGbk(form: NotifyForm): NotifyForm {
  const bytes = new Map(Object.entries(form.fields).map(([name, text]) => [name, iconv.encode(text, 'gbk')]))
  return { ...form, bytes }
}
