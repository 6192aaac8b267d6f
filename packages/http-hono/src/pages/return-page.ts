import { type EpochMs, writeYuan } from '@coursepay/core'
import { type BuyerPaymentStatus, buyerPaymentStatus, type ReturnedPayment } from '@coursepay/core/ports'
import { html } from 'hono/html'
import type { Language } from './browser.js'
import { pageAnswer, type StatusIcon } from './page.js'
import { payPageTextsByLanguage } from './pay-page-texts.js'
import { type ReturnTexts, returnTextsByLanguage } from './return-texts.js'

/** What the page is made of, beside the payment. */
export interface ReturnPageOptions {
  readonly language: Language
  readonly now: EpochMs
  /** How often this browser has looked, from 1. */
  readonly refreshCount: number
  /** The link back to the shop; null on a device that the buyer does not shop on. */
  readonly shopUrl: string | null
}

const iconByStatus: Readonly<Record<BuyerPaymentStatus, StatusIcon>> = {
  open: 'none',
  expired: 'warn',
  closed: 'warn',
  paid: 'ok',
  refunding: 'warn',
  refund_failed: 'warn',
  held: 'warn',
  refunded: 'ok',
}

/** Money may come late, and is refunded then: the buyer reads so without another visit. */
const CHANGING_STATUSES: ReadonlySet<BuyerPaymentStatus> = new Set(['open', 'expired', 'closed', 'refunding'])

/**
 * Says what has become of the payment, from what is stored. While that may change, the browser looks again, also
 * without scripts.
 */
export async function returnPageAnswer(
  { payment, order }: ReturnedPayment,
  view: ReturnPageOptions,
): Promise<Response> {
  const { language, refreshCount } = view
  const status = buyerPaymentStatus(payment, order.status, view.now, order.refunds)
  const texts = returnTextsByLanguage[language]
  const { title, text } = texts.byStatus[status]
  const waits = status === 'open' || status === 'expired'
  // Relative, so that they are right under whatever path the app is mounted.
  const refreshPath = `return?look=${refreshCount + 1}`
  const payPath = status === 'open' ? `../${encodeURIComponent(payment.token)}` : null
  const body = html`<p>${text}</p><p class="sum">¥${writeYuan(payment.totalPrice)}</p><p>${payment.orderName}</p>
${waits ? waitingActions(refreshPath, payPath, texts) : renderShopLinkOrHint(view.shopUrl, status === 'paid' ? texts.toShop : texts.backToShop, texts)}`
  const refresh = CHANGING_STATUSES.has(status)
    ? { refresh: { seconds: refreshBackoffSeconds(refreshCount), address: refreshPath } }
    : {}
  return pageAnswer(
    { language: payPageTextsByLanguage[language].tag, icon: iconByStatus[status], title, body, ...refresh },
    { status: 200 },
  )
}

/** Short at first, while the notification is on its way; then longer, up to a minute. */
const refreshBackoffSeconds = (refreshCount: number): number => Math.min(60, 2 + Math.floor(refreshCount ** 1.5))

function waitingActions(refreshPath: string, payPath: string | null, texts: ReturnTexts) {
  const pay = payPath === null ? '' : html`<p><a class="go quiet" href="${payPath}">${texts.payNow}</a></p>`
  return html`<p><a class="go" href="${refreshPath}">${texts.refreshNow}</a></p>${pay}`
}

const renderShopLinkOrHint = (shopUrl: string | null, label: string, { elsewhere }: ReturnTexts) =>
  shopUrl === null ? html`<p>${elsewhere}</p>` : html`<p><a class="go" href="${shopUrl}">${label}</a></p>`
