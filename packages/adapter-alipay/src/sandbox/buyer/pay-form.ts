/** A form as a browser would submit it. */
export interface SubmittableForm {
  readonly action: string
  readonly fields: URLSearchParams
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  copy: '©',
  reg: '®',
  nbsp: '\u00a0',
  times: '×',
}

/** Names that HTML reads without a semicolon too. */
const ENTITY =
  /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|(?:(amp|lt|gt|quot|copy|reg|nbsp|times)(?:;|(?![=a-z0-9]))|(apos);))/gi

/** Reads character references in an attribute as a browser does, for the names that matter. */
const decodeAttribute = (text: string): string =>
  text.replace(ENTITY, (whole, decimal?: string, hex?: string, legacy?: string, strict?: string) => {
    const name = legacy ?? strict
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
  })

/** A `>` inside quotes does not end a tag. */
const FORM = /(<form\b(?:[^>"]|"[^"]*")*>)[\s\S]*?<\/form>/
const INPUT = /<input\b(?:[^>"]|"[^"]*")*>/g

const attribute = (tag: string, name: string): string =>
  decodeAttribute(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')

/** The first form that posts to a gateway, as the SDK's `pageExecute(method, 'POST')` writes it; undefined without one. */
export function findPayForm(html: string): SubmittableForm | undefined {
  const [form, tag = ''] = FORM.exec(html) ?? []
  if (form === undefined || !/method="post"/i.test(tag)) return undefined
  const fields = new URLSearchParams()
  for (const [input] of form.matchAll(INPUT)) fields.append(attribute(input, 'name'), attribute(input, 'value'))
  return { action: attribute(tag, 'action'), fields }
}
