import type { PayProduct } from '@coursepay/core/ports'
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

/** Apps whose built-in browser does not let Alipay's page open. */
export type BlockingApp = 'wechat' | 'qq' | 'other'

const BLOCKING_APPS: readonly (readonly [RegExp, BlockingApp])[] = [
  [/MicroMessenger/i, 'wechat'],
  // `QQ/` alone: `MQQBrowser` is a browser of its own, which Alipay's page opens in.
  [/\bQQ\//, 'qq'],
  [/Weibo|aweme|NewsArticle/i, 'other'],
]

/** The app that this phone has opened the page in, or null for Alipay's own and every ordinary browser. */
export function blockingApp(userAgent: string | null | undefined): BlockingApp | null {
  if (userAgent == null || /AlipayClient/i.test(userAgent)) return null
  return BLOCKING_APPS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
}

const DESKTOP_AGENT_PATTERN = /Windows NT|Macintosh|X11|CrOS/
const PHONE_AGENT_PATTERN = /Mobi|Android|iPhone|iPad|HarmonyOS|AlipayClient/i

/** Whether the page stands on a phone's own screen, which no camera of that phone can scan. */
export const isPhone = (userAgent: string | null | undefined): boolean =>
  userAgent != null && PHONE_AGENT_PATTERN.test(userAgent)

/** The gateway's page for a device: a desktop browser gets the one for desktops, everything else the one for phones. */
export function productFor(userAgent: string | null | undefined): PayProduct {
  const isDesktop = userAgent != null && DESKTOP_AGENT_PATTERN.test(userAgent) && !isPhone(userAgent)
  return isDesktop ? 'page' : 'wap'
}
