export type CashierLanguage = 'zh' | 'en'

/** Chinese, unless English stands before it in `Accept-Language`. Weights are left alone: browsers list by preference. */
export function cashierLanguage(acceptLanguage: string | undefined): CashierLanguage {
  const [first] = (acceptLanguage ?? '').toLowerCase().match(/\b(?:zh|en)\b/) ?? []
  return first === 'en' ? 'en' : 'zh'
}
