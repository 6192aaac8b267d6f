import { OrderStatus, type OrderView, type PayRecord, PayStatus, type TimelineEvent, writeYuan } from '@coursepay/core'
import type { PageContext } from '../../page.js'
import { showPage } from '../../views/layout.js'
import { Action, Badge } from '../../views/parts.js'
import { type Diagnosis, diagnose, isWorthAsking } from '../diagnosis.js'
import { paymentPath, textsFor } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-texts.js'
import { timelineRows } from '../timeline-rows.js'
import { noticeOf } from './overview-page.js'
import { Refunds } from './refunds.js'
import { TimelinePicture } from './timeline-picture.js'

interface Payment {
  readonly payRecord: PayRecord
  readonly order: OrderView
  readonly events: readonly TimelineEvent[]
  /** What the gateway said when it was asked just now. */
  readonly said: string | null
  readonly done: string | null
}

const states = {
  [PayStatus.unpaid]: 'unpaid',
  [PayStatus.paid]: 'paid',
  [PayStatus.refunded]: 'refunded',
  [PayStatus.closed]: 'closed',
} as const
const fine: ReadonlySet<Diagnosis> = new Set(['paid', 'found_by_asking', 'found_after_refused_notify', 'refunded'])

/** One payment: what became of it, why, and what can be done. */
export function paymentPage(c: PageContext, payment: Payment) {
  const texts = textsFor(c)
  const { payRecord, order, events, said, done } = payment
  const diagnosis = diagnose({ payRecord, events })
  const notice = said === null ? noticeOf(done, texts) : texts.askAnswer(saidIn(said, texts))
  const content = (
    <>
      <h1>{`${texts.payment.title} ${payRecord.payNo}`}</h1>
      {notice === null ? null : (
        <p class={said === null ? 'notice good' : 'notice'} role="status">
          {notice}
        </p>
      )}
      <div class="columns">
        <div>
          <section class={`card diagnosis ${fine.has(diagnosis) ? 'good' : 'warn'}`} data-diagnosis={diagnosis}>
            <h2>{texts.diagnoses[diagnosis].title}</h2>
            <p>{texts.diagnoses[diagnosis].text}</p>
            <div class="actions">
              {isWorthAsking(payment) ? (
                <Action path={`${paymentPath(payRecord.payNo)}/ask`} label={texts.askNow} />
              ) : null}
              {order.order.status === OrderStatus.unpaid ? (
                <Action path={`${paymentPath(payRecord.payNo)}/close`} label={texts.closeOrder} style="quiet" />
              ) : null}
            </div>
          </section>
          <Facts payRecord={payRecord} order={order} texts={texts} />
          <Refunds payRecord={payRecord} order={order} texts={texts} />
        </div>
        <section class="card">
          <h2>{texts.timeline.title}</h2>
          <TimelinePicture rows={timelineRows(events, diagnosis)} texts={texts} />
        </section>
      </div>
    </>
  )
  return showPage(c, { title: `${texts.payment.title} ${payRecord.payNo}`, content })
}

const saidIn = (said: string, { said: words }: OperatorTexts) =>
  Object.entries(words).find(([code]) => code === said)?.[1] ?? words.unknown

interface FactsProps extends Pick<Payment, 'payRecord' | 'order'> {
  readonly texts: OperatorTexts
}

function Facts({ payRecord, order, texts }: FactsProps) {
  const { payment } = texts
  const state = states[payRecord.status]
  const others = order.payRecords.filter(({ payNo }) => payNo !== payRecord.payNo)
  const facts = [
    [payment.order, payRecord.orderId],
    [payment.amount, `¥${writeYuan(payRecord.totalPrice)}`],
    [payment.buyer, payRecord.userId],
    [payment.created, texts.dateTime(payRecord.createDate)],
    [payment.expires, texts.dateTime(payRecord.expireDate)],
    [payment.trade, payRecord.outPayNo ?? '—'],
  ]
  return (
    <section class="card">
      <p class="row">
        <strong>{payRecord.orderName}</strong>
        <Badge tone={state === 'paid' ? 'good' : state === 'unpaid' ? 'warn' : 'plain'}>{payment.state[state]}</Badge>
      </p>
      <dl>
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {others.length === 0 ? null : <h3>{payment.otherAttempts}</h3>}
      <ul class="rows">
        {others.map(({ payNo, status }) => (
          <li class="row">
            <a href={paymentPath(payNo)}>{payNo}</a>
            <span class="soft">{payment.state[states[status]]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
