import { type Refund, writeYuan } from '@coursepay/core'
import type { StuckItems } from '@coursepay/core/ports'
import type { Child } from 'hono/jsx'
import { ActionButton } from '../../school/views/parts.js'
import { paymentPath } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-english.js'

const MAX_SHOWN_ITEMS = 8

interface StuckProps {
  readonly stuck: StuckItems
  readonly texts: OperatorTexts
}

/** What waits, why, and a button where something can be done. */
export function StuckLists({ stuck, texts }: StuckProps) {
  const { overdueOrders, deadMessages, openRefunds, heldPayments } = stuck
  const nothing = [overdueOrders, deadMessages, openRefunds, heldPayments].every((list) => list.length === 0)
  const refundsIn = (wanted: ReturnType<typeof stuckListOfRefund>) =>
    openRefunds.filter((refund) => stuckListOfRefund(refund) === wanted).map((refund) => refundItem(refund, texts))
  return (
    <section id="stuck" aria-labelledby="stuck-title">
      <h2 id="stuck-title">{texts.stuck.title}</h2>
      {nothing ? <p class="lead">{texts.stuck.text}</p> : null}
      <div class="list">
        <StuckList
          kind="overdueOrders"
          texts={texts}
          items={overdueOrders.map((order) => overdueOrderItem(order, texts))}
        />
        <StuckList
          kind="deadMessages"
          texts={texts}
          items={deadMessages.map((message) => deadLetterItem(message, texts))}
        />
        <StuckList kind="failedRefunds" texts={texts} items={refundsIn('failedRefunds')} />
        <StuckList kind="refusedRefunds" texts={texts} items={refundsIn('refusedRefunds')} />
        <StuckList kind="openRefunds" texts={texts} items={refundsIn('openRefunds')} />
        <StuckList
          kind="heldPayments"
          texts={texts}
          items={heldPayments.map((payment) => heldPaymentItem(payment, texts))}
        />
      </div>
    </section>
  )
}

function stuckListOfRefund({ status, cause }: Refund) {
  if (status !== 'failed') return 'openRefunds'
  return cause === 'operator' ? 'refusedRefunds' : 'failedRefunds'
}

interface StuckListProps {
  readonly kind: keyof OperatorTexts['stuck']['kinds']
  readonly items: readonly Child[]
  readonly texts: OperatorTexts
}

function StuckList({ kind, items, texts: { stuck } }: StuckListProps) {
  if (items.length === 0) return null
  const { title, text } = stuck.kinds[kind]
  return (
    <article class="card" data-stuck={kind}>
      <h3>{`${title} (${items.length})`}</h3>
      <p class="soft">{text}</p>
      <ul class="rows">
        {items.slice(0, MAX_SHOWN_ITEMS).map((item) => (
          <li class="row">{item}</li>
        ))}
      </ul>
      {items.length > MAX_SHOWN_ITEMS ? <p class="soft">{stuck.more(items.length - MAX_SHOWN_ITEMS)}</p> : null}
    </article>
  )
}

const overdueOrderItem = (
  { id, orderName, totalPrice, expireDate }: StuckItems['overdueOrders'][number],
  texts: OperatorTexts,
) => (
  <>
    <span>
      <a href={`/operator/orders/${id}`}>{orderName}</a> {`¥${writeYuan(totalPrice)}`}{' '}
      <span class="soft">{texts.stuck.since(expireDate)}</span>
    </span>
    <ActionButton path={`/operator/orders/${id}/close`} label={texts.closeOrder} style="quiet" />
  </>
)

function deadLetterItem(
  { message, reason, attempts, diedAt }: StuckItems['deadMessages'][number],
  texts: OperatorTexts,
) {
  return (
    <>
      <span>
        <code>{message.messageType}</code> {message.id}{' '}
        <span class="soft">{`${reason} · ${texts.stuck.attempts(attempts)} · ${texts.stuck.since(diedAt)}`}</span>
      </span>
      <ActionButton path={`/operator/outbox/${message.id}/redeliver`} label={texts.redeliver} style="quiet" />
    </>
  )
}

const refundItem = ({ payNo, amount, cause, reason, createDate }: Refund, texts: OperatorTexts) => (
  <>
    <span>
      {`¥${writeYuan(amount)} ${cause === 'operator' ? reason : texts.refunds.cause[cause]}`}{' '}
      <span class="soft">{texts.stuck.since(createDate)}</span>
    </span>
    <a href={paymentPath(payNo)}>{texts.branding}</a>
  </>
)

const heldPaymentItem = (
  { payNo, orderName, totalPrice, createDate }: StuckItems['heldPayments'][number],
  texts: OperatorTexts,
) => (
  <>
    <span>
      {`${orderName} ¥${writeYuan(totalPrice)}`} <span class="soft">{texts.stuck.since(createDate)}</span>
    </span>
    <a href={paymentPath(payNo)}>{texts.branding}</a>
  </>
)
