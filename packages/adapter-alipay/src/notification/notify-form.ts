/** A notification's fields: as text, and as bytes, which are what is signed. */
export interface NotifyForm {
  readonly fields: Readonly<Record<string, string>>
  /** Null when they are those of the text in UTF-8. */
  readonly bytes: ReadonlyMap<string, Uint8Array> | null
  /** As the body names it; Alipay answers in the charset of the pay request, and ours say utf-8. */
  readonly charset: 'utf-8' | 'gbk' | 'gb18030'
}

const [AMPERSAND, EQUALS, PERCENT, PLUS, SPACE] = [0x26, 0x3d, 0x25, 0x2b, 0x20]

/**
 * Exactly the body's fields, each once. Alipay's Content-Type is malformed, and body parsers of web frameworks answer
 * it with no fields at all; and a GBK body can be verified as bytes only. So it is read here, from the bytes.
 */
export function readNotifyFormOrRejection(body: Uint8Array): NotifyForm | 'malformed_body' | 'repeated_field' {
  if (body.length > MAX_BODY_BYTES) return 'malformed_body'
  if (body.length > MIN_BYTES_TO_COUNT_FIELDS && countByte(AMPERSAND, body) > MAX_FORM_FIELDS) return 'malformed_body'
  return parseFormByUrlSearchParams(body) ?? parseFormOrRejection(body)
}

/** Alipay sends some 3 kB in 30 fields, and anybody may send more. */
const MIN_BYTES_TO_COUNT_FIELDS = 8_192
const MAX_BODY_BYTES = 65_536
const MAX_FORM_FIELDS = 512

function countByte(byte: number, bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) count += 1
  return count
}

const PLAIN_FORM_TEXT_PATTERN = /^[\x21-\x3e\x40-\x7e][\x21-\x7e]*$/
const REPLACEMENT_CHARACTER = '\ufffd'

/**
 * What Alipay really sends, by the parser of the engine, which is several times as fast. Null for what that would not
 * read byte by byte: another charset, bytes that are no UTF-8 (it replaces them), a question mark at the beginning (it
 * drops it).
 */
function parseFormByUrlSearchParams(body: Uint8Array): NotifyForm | null {
  const text = decodeLatin1(body)
  if (!PLAIN_FORM_TEXT_PATTERN.test(text)) return null
  const pairs = [...new URLSearchParams(text)]
  if (pairs.some(([name, value]) => !PLAIN_FORM_TEXT_PATTERN.test(name) || value.includes(REPLACEMENT_CHARACTER)))
    return null
  const fields = Object.fromEntries(pairs)
  const isWhole = pairs.length === Object.keys(fields).length
  return isWhole && isUtf8Charset(fields.charset) ? { fields, bytes: null, charset: 'utf-8' } : null
}

const isUtf8Charset = (charset = 'utf-8') => charset.toLowerCase() === 'utf-8'

function parseFormOrRejection(body: Uint8Array): NotifyForm | 'malformed_body' | 'repeated_field' {
  const bytes = new Map<string, Uint8Array>()
  for (const pair of splitBytes(body, AMPERSAND)) {
    if (pair.length === 0) continue
    const at = pair.indexOf(EQUALS)
    const name = decodeLatin1(percentDecode(at === -1 ? pair : pair.subarray(0, at)))
    if (bytes.has(name)) return 'repeated_field'
    bytes.set(name, percentDecode(at === -1 ? new Uint8Array() : pair.subarray(at + 1)))
  }
  const charset = charsetOf(bytes)
  const fields = bytes.size === 0 ? null : decodeFields(bytes, charset)
  return fields === null ? 'malformed_body' : { bytes, fields, charset }
}

function charsetOf(bytes: ReadonlyMap<string, Uint8Array>): NotifyForm['charset'] {
  const charsetName = decodeLatin1(bytes.get('charset') ?? new Uint8Array()).toLowerCase()
  if (charsetName === 'gbk' || charsetName === 'gb2312') return 'gbk'
  return charsetName === 'gb18030' ? 'gb18030' : 'utf-8'
}

function decodeFields(bytes: ReadonlyMap<string, Uint8Array>, charset: string): Record<string, string> | null {
  const decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true })
  try {
    return Object.fromEntries([...bytes].map(([name, value]) => [name, decoder.decode(value)]))
  } catch {
    return null
  }
}

/**
 * What is signed: all fields but those left out, by name, as bytes (a trade notification leaves out sign and
 * sign_type).
 */
export function signedBytesOf({ fields, bytes }: NotifyForm, excludedFields: readonly string[]): Buffer {
  const names = Object.keys(fields)
    .filter((name) => !excludedFields.includes(name))
    .sort()
  if (bytes === null) return Buffer.from(names.map((name) => `${name}=${fields[name]}`).join('&'))
  const parts = names.flatMap((name, index) => [
    Buffer.from(`${index === 0 ? '' : '&'}${name}=`, 'latin1'),
    bytes.get(name) ?? new Uint8Array(),
  ])
  return Buffer.concat(parts)
}

/** Each field as it was signed. */
export const fieldBytesOfForm = ({ fields, bytes }: NotifyForm): ReadonlyMap<string, Uint8Array> =>
  bytes ?? new Map(Object.entries(fields).map(([name, text]) => [name, Buffer.from(text)]))

const decodeLatin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

function* splitBytes(bytes: Uint8Array, separator: number): Generator<Uint8Array> {
  let from = 0
  for (let at = bytes.indexOf(separator); at !== -1; at = bytes.indexOf(separator, from)) {
    yield bytes.subarray(from, at)
    from = at + 1
  }
  yield bytes.subarray(from)
}

/** As forms are decoded: `+` is a space; a percent sign that begins no byte stays as it is. */
function percentDecode(bytes: Uint8Array): Uint8Array {
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const escaped = byte === PERCENT ? hexDigitOrNaN(bytes[at + 1]) * 16 + hexDigitOrNaN(bytes[at + 2]) : Number.NaN
    const isEscaped = !Number.isNaN(escaped)
    decoded[length] = isEscaped ? escaped : byte === PLUS ? SPACE : byte
    length += 1
    if (isEscaped) at += 2
  }
  return decoded.subarray(0, length)
}

/** The value of a hexadecimal digit in ASCII; NaN for anything else. */
function hexDigitOrNaN(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN
}
