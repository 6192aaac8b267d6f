/** A request's `biz_content`, parsed. Every value may be of any type: the merchant wrote it. */
export class BusinessContent {
  readonly #content: Readonly<Record<string, unknown>>

  private constructor(content: Readonly<Record<string, unknown>>) {
    this.#content = content
  }

  /** Undefined when the text is not a JSON object. Empty text is an empty object. */
  static parse(text: string | undefined): BusinessContent | undefined {
    try {
      const content: unknown = JSON.parse(text || '{}')
      if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
      return new BusinessContent(content as Record<string, unknown>)
    } catch {
      return undefined
    }
  }

  value(name: string): unknown {
    return this.#content[name]
  }

  /** A non-empty string (a number counts as its text), else undefined. */
  text(name: string): string | undefined {
    const value = this.#content[name]
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
}
