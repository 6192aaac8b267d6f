/** Linear also where a text does not end. */
const JSON_TOKEN = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}[\]:]/g

/**
 * Whether an object in this JSON text has a member twice, in any spelling. Parsers disagree on such a text (RFC 8259
 * §4): one checks what another does not read. The text must be valid JSON.
 */
export function hasRepeatedMember(json: string): boolean {
  const open: (Set<unknown> | null)[] = []
  let text = ''
  for (const [part] of json.matchAll(JSON_TOKEN)) {
    if (part === '{') open.push(new Set())
    else if (part === '[') open.push(null)
    else if (part === '}' || part === ']') open.pop()
    else if (part !== ':') text = part
    else if (isRepeated(JSON.parse(text), open.at(-1))) return true
  }
  return false
}

function isRepeated(name: unknown, names: Set<unknown> | null | undefined): boolean {
  const repeated = names?.has(name) ?? false
  names?.add(name)
  return repeated
}
