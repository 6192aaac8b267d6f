import { parseAccept } from 'hono/utils/accept'

/** The languages that pages are written in. */
export type Language = 'zh' | 'en'

/** The language of a page for this `Accept-Language`: Chinese, unless English is wished for more. */
export function preferredLanguage(acceptLanguage: string | null | undefined): Language {
  for (const { type, q } of parseAccept(acceptLanguage ?? '')) {
    const [language] = type.toLowerCase().split('-')
    if (q > 0 && (language === 'zh' || language === 'en')) return language
  }
  return 'zh'
}
