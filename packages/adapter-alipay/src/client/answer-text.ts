/** A gateway answer taken apart: the node exactly as it was signed, and what stands beside it. */
export interface AnswerParts {
  /** The value of the method's own member, cut out of the text: these characters are verified, and these are parsed. */
  readonly node: string
  readonly sign: string | null
  /** The certificate that Alipay says it signed with. */
  readonly certSn: string | null
  /** True when the node stands under `error_response`, which is never signed. */
  readonly isError: boolean
}

/**
 * Takes an answer apart: `{"alipay_trade_query_response":{…},"sign":"…"}`. Null unless each member has a name of its
 * own and the node is an object under its plainly spelt name. A parser that takes the last of two equal names, or reads
 * `\u005f` as `_`, would hand out a node that nobody signed.
 */
export function splitAnswer(text: string, method: string): AnswerParts | null {
  if (!isObject(parseJsonOrUndefined(text))) return null
  const members = membersOf(text)
  const names = new Set(members.map(({ name }) => parseJsonOrUndefined(name)))
  if (names.size !== members.length) return null
  const memberValue = (wanted: string) => members.find(({ name }) => name === `"${wanted}"`)?.value
  const ownNode = memberValue(`${method.replaceAll('.', '_')}_response`)
  const node = ownNode ?? memberValue('error_response')
  if (node === undefined || !node.startsWith('{')) return null
  return {
    node,
    sign: parseJsonString(memberValue('sign')),
    certSn: parseJsonString(memberValue('alipay_cert_sn')),
    isError: ownNode === undefined,
  }
}

/** The text fields of a node; all others are left out. */
export function textFieldsOfJson(node: string): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(parseJsonOrUndefined(node) ?? {})
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function parseJsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function parseJsonString(value: string | undefined): string | null {
  const text = value === undefined ? undefined : parseJsonOrUndefined(value)
  return typeof text === 'string' ? text : null
}

interface JsonMember {
  /** With its quotes, as spelt. */
  readonly name: string
  readonly value: string
}

/** The members of an object. `text` is valid JSON, so that only strings and brackets need to be told apart. */
function membersOf(text: string): JsonMember[] {
  const members: JsonMember[] = []
  for (let at = text.indexOf('"'); at !== -1; ) {
    const nameEnd = endOfJsonString(text, at)
    const valueStart = text.indexOf(':', nameEnd) + 1
    const valueEnd = endOfValue(text, valueStart)
    members.push({ name: text.slice(at, nameEnd), value: text.slice(valueStart, valueEnd).trim() })
    at = text.indexOf('"', valueEnd)
  }
  return members
}

function endOfJsonString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Where the comma or the bracket stands that ends the value. */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfJsonString(text, at) - 1
    else if (character === '{' || character === '[') depth += 1
    else if ((character === '}' || character === ']') && depth > 0) depth -= 1
    else if ((character === ',' || character === '}') && depth === 0) return at
  }
  return text.length
}
