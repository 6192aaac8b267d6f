import iconv from 'iconv-lite'
import type { AlipayClient } from '../client/alipay-client.js'
import { fieldBytesOfForm, type NotifyForm, readNotifyFormOrRejection, signedBytesOf } from './notify-form.js'

const FIELDS_OUTSIDE_SIGNATURE = ['sign', 'sign_type']

/** Alipay sends about 25. The work grows with the square of the fields, and anybody may send a thousand. */
const MAX_EXPLAINED_FIELDS = 64
/** Alipay sends some 3 kB, which something may have encoded twice. Each try hashes all of it. */
const MAX_EXPLAINED_BYTES = 16_384

/** What a proxy or a framework did to a notification, and how to undo it; null when it did nothing of the kind. */
interface ReversibleDamage {
  readonly sentence: string
  undo(form: NotifyForm): NotifyForm | null
}

/**
 * Why a signature does not hold: undoes what usually happens to a notification on its way, and says in a sentence what
 * fits. This is the top complaint of everyone who integrates Alipay. Null when nothing fits: a forgery, or another key.
 */
export function tryExplainBadSignature(client: AlipayClient, form: NotifyForm, body: Uint8Array): string | null {
  if (Object.keys(form.fields).length > MAX_EXPLAINED_FIELDS || body.length > MAX_EXPLAINED_BYTES) return null
  const isSignatureValid = (changed: NotifyForm, excludedFields: readonly string[] = FIELDS_OUTSIDE_SIGNATURE) =>
    client.verifySignature(signedBytesOf(changed, excludedFields), changed.fields.sign ?? '')
  const damage = REVERSIBLE_DAMAGES.find(({ undo }) => {
    const repaired = undo(form)
    return repaired !== null && isSignatureValid(repaired)
  })
  return (
    explainFormat(body) ??
    explainAddedField(form, isSignatureValid) ??
    damage?.sentence ??
    explainDecodedField(form, isSignatureValid) ??
    explainOtherCertificate(form, client.alipayCertSn)
  )
}

const REVERSIBLE_DAMAGES: readonly ReversibleDamage[] = [
  {
    sentence: 'holds when the spaces in sign are plus signs again: something decoded the body twice',
    undo: (form) => mapNamedField(form, 'sign', (sign) => sign.replaceAll(' ', '+')),
  },
  {
    sentence: 'holds when `&amp;` is `&` again: something HTML-escaped the body on its way',
    undo: unescapeSeparators,
  },
  {
    sentence: 'holds when the values are not HTML-escaped: something escaped them on their way',
    undo: (form) => mapFieldValues(form, unescapeHtml),
  },
  {
    sentence: 'holds when the values are URL-decoded once more: something encoded the body twice',
    undo: (form) => mapFieldValues(form, decodeFormValue),
  },
  {
    sentence: 'holds when the whole body is URL-decoded once more: something encoded it as one value',
    undo: undoEncodedBody,
  },
  { sentence: 'holds over GBK bytes: something turned the body into UTF-8 on its way', undo: encodeFormAsGbk },
]

/** What the body is when it is no form; null for a form. */
export function explainFormat(body: Uint8Array): string | null {
  const start = Buffer.from(body.subarray(0, 512)).toString('latin1').trimStart()
  if (/^[[{]/.test(start))
    return 'the body is JSON: something turned the form into it; hand over the bytes as they came'
  if (/^--[^\r\n]{1,80}\r?\ncontent-disposition:/i.test(start)) {
    return 'the body is multipart/form-data: something turned the form into it; hand over the bytes as they came'
  }
  return null
}

/** Alipay renews its certificate from time to time, and names the one it signed with. */
function explainOtherCertificate({ fields }: NotifyForm, expectedCertSn: string | null): string | null {
  const actualCertSn = fields.alipay_cert_sn
  if (expectedCertSn === null || actualCertSn === undefined || actualCertSn === expectedCertSn) return null
  return `names the certificate ${actualCertSn.slice(0, 64)}, and ours is ${expectedCertSn}: download Alipay's new one (ALIPAY_PUBLIC_CERT)`
}

type SignatureCheck = (form: NotifyForm, excludedFields?: readonly string[]) => boolean

function explainAddedField(form: NotifyForm, isSignatureValid: SignatureCheck): string | null {
  const addedField = Object.keys(form.fields).find(
    (name) => !FIELDS_OUTSIDE_SIGNATURE.includes(name) && isSignatureValid(form, [...FIELDS_OUTSIDE_SIGNATURE, name]),
  )
  return addedField === undefined
    ? null
    : `holds without the field ${addedField.slice(0, 64)}: something added it on the way`
}

/** `passback_params` is sent URL-encoded by the merchant and signed like that. */
function explainDecodedField(form: NotifyForm, isSignatureValid: SignatureCheck): string | null {
  const name = Object.keys(form.fields).find((each) => {
    const bytes = new Map(fieldBytesOfForm(form))
    bytes.set(each, Buffer.from(encodeURIComponent((form.fields[each] ?? '').toWellFormed())))
    return isSignatureValid({ ...form, bytes })
  })
  return name === undefined
    ? null
    : `holds when ${name.slice(0, 64)} is URL-encoded once more: something decoded the body twice`
}

const notifyFormOfUtf8Texts = (fields: NotifyForm['fields']): NotifyForm => ({ fields, bytes: null, charset: 'utf-8' })

const mapNamedField = (form: NotifyForm, name: string, change: (text: string) => string): NotifyForm => ({
  ...form,
  fields: { ...form.fields, [name]: change(form.fields[name] ?? '') },
})

const mapFieldValues = ({ fields }: NotifyForm, change: (text: string) => string): NotifyForm =>
  notifyFormOfUtf8Texts(Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, change(text)])))

function unescapeSeparators({ fields }: NotifyForm): NotifyForm | null {
  const entries = Object.entries(fields)
  if (!entries.some(([name]) => name.startsWith('amp;'))) return null
  return notifyFormOfUtf8Texts(Object.fromEntries(entries.map(([name, text]) => [name.replace(/^amp;/, ''), text])))
}

const HTML_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" }
const unescapeHtml = (text: string) =>
  text.replaceAll(/&(amp|lt|gt|quot|apos|#39);/g, (_, name) => HTML_ENTITIES[name] ?? '')

const decodeFormValue = (text: string) => new URLSearchParams(`a=${text.replaceAll('&', '%26')}`).get('a') ?? ''

/** The whole body was taken for one value, and so for one name without a value. */
function undoEncodedBody({ fields }: NotifyForm): NotifyForm | null {
  const [only = '', ...others] = Object.keys(fields)
  const form = others.length > 0 ? 'malformed_body' : readNotifyFormOrRejection(Buffer.from(only))
  return typeof form === 'string' ? null : form
}

function encodeFormAsGbk(form: NotifyForm): NotifyForm {
  const bytes = new Map(Object.entries(form.fields).map(([name, text]) => [name, iconv.encode(text, 'gbk')]))
  return { ...form, bytes }
}
