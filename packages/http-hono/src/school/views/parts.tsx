import { type Fen, OrderStatus, writeYuan } from '@coursepay/core'
import type { Child } from 'hono/jsx'
import type { OrderState, SchoolTexts } from '../texts/school-texts.js'

/** A button that changes something: always a form, so that it works without scripts. */
export function ActionButton(props: {
  readonly path: string
  readonly label: string
  readonly style?: 'primary' | 'quiet'
}) {
  const { path, label, style = 'primary' } = props
  return (
    <form method="post" action={path}>
      <button class={style} type="submit">
        {label}
      </button>
    </form>
  )
}

export function Price({ price, texts }: { readonly price: Fen; readonly texts: SchoolTexts }) {
  return <span class="price">{price === 0 ? texts.free : `¥${writeYuan(price)}`}</span>
}

type BadgeTone = 'good' | 'warn' | 'plain'

export function Badge({ tone, children }: { readonly tone: BadgeTone; readonly children?: Child }) {
  return <span class={`badge ${tone}`}>{children}</span>
}

export const stateByOrderStatus: Readonly<Record<OrderStatus, OrderState>> = {
  [OrderStatus.unpaid]: 'unpaid',
  [OrderStatus.paid]: 'paid',
  [OrderStatus.closed]: 'closed',
  [OrderStatus.refunded]: 'refunded',
}
const toneByState = { unpaid: 'warn', paid: 'good', closed: 'plain', refunded: 'plain' } as const

interface StateBadgeProps {
  readonly state: OrderState
  readonly texts: Readonly<Record<OrderState, string>>
}

export const StateBadge = ({ state, texts }: StateBadgeProps) => <Badge tone={toneByState[state]}>{texts[state]}</Badge>

interface PagerProps {
  readonly path: string
  /** From 1. */
  readonly page: number
  readonly lastPage: number
  readonly texts: SchoolTexts
}

/** The way to the pages beside this one; nothing where there is one page alone. */
export function Pager({ path, page, lastPage, texts }: PagerProps) {
  if (lastPage <= 1) return null
  return (
    <nav class="pager" aria-label={texts.pages}>
      {page > 1 ? <a href={`${path}?page=${page - 1}`}>{texts.newer}</a> : null}
      <span>{`${page} / ${lastPage}`}</span>
      {page < lastPage ? <a href={`${path}?page=${page + 1}`}>{texts.older}</a> : null}
    </nav>
  )
}

const symbolByIcon = { ok: '✓', warn: '!' } as const

interface MessageProps {
  readonly icon: keyof typeof symbolByIcon
  readonly title: string
  readonly text: string
  readonly children?: Child
}

export function MessageCard({ icon: mark, title, text, children }: MessageProps) {
  return (
    <article class="card message">
      <div class={`mark ${mark}`} aria-hidden="true">
        {symbolByIcon[mark]}
      </div>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {children}
    </article>
  )
}
