import type { PayNo } from '@coursepay/core'
import { type Order, OrderStatus, type Payment, PayStatus, writeYuan } from '@coursepay/core'
import type { PaymentTimelineEvent } from '@coursepay/core/ports'
import type { PageContext } from '../../school/page.js'
import { showPage } from '../../school/views/layout.js'
import { ActionButton, StateBadge } from '../../school/views/parts.js'
import { type Diagnosis, diagnose, isQueryUseful } from '../diagnosis.js'
import { operatorTextsFor, paymentPath } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-english.js'
import { timelineRowsOf } from '../timeline-rows.js'
import { doneNotice } from './overview-page.js'
import { Refunds, type RejectedRefundForm } from './refunds.js'
import { TimelinePicture } from './timeline-picture.js'

interface PaymentPageModel {
  readonly payment: Payment
  readonly order: Order
  readonly events: readonly PaymentTimelineEvent[]
  /** What the gateway answered to a query just now. */
  readonly gatewayStatus: string | null
  readonly done: string | null
  /** A refund that was not taken, and why: its form keeps what was written. */
  readonly draft?: RejectedRefundForm
}

const stateByStatus = {
  [PayStatus.unpaid]: 'unpaid',
  [PayStatus.paid]: 'paid',
  [PayStatus.refunded]: 'refunded',
  [PayStatus.closed]: 'closed',
} as const
const healthyDiagnoses: ReadonlySet<Diagnosis> = new Set([
  'paid',
  'notify_late',
  'found_by_asking',
  'found_after_refused_notify',
  'refunded',
])

/** One payment: what became of it, why, and what can be done. */
export function paymentPageAnswer(c: PageContext, state: PaymentPageModel) {
  const texts = operatorTextsFor(c)
  const { payment, order, events, gatewayStatus, done, draft } = state
  const diagnosis = diagnose({ payment, order, events })
  const notice =
    gatewayStatus === null ? doneNotice(done, texts) : texts.queryResult(gatewayStatusText(gatewayStatus, texts))
  const content = (
    <>
      <h1>{`${texts.payment.title} ${payment.payNo}`}</h1>
      {notice === null ? null : (
        <p class={gatewayStatus === null ? 'notice good' : 'notice'} role="status">
          {notice}
        </p>
      )}
      <div class="columns">
        <div>
          <section
            class={`card diagnosis ${healthyDiagnoses.has(diagnosis) ? 'good' : 'warn'}`}
            data-diagnosis={diagnosis}
          >
            <h2>{texts.diagnoses[diagnosis].title}</h2>
            <p>{texts.diagnoses[diagnosis].text}</p>
            <div class="actions">
              {isQueryUseful(payment) ? (
                <ActionButton path={`${paymentPath(payment.payNo)}/ask`} label={texts.queryNow} />
              ) : null}
              {order.status === OrderStatus.unpaid ? (
                <ActionButton path={`${paymentPath(payment.payNo)}/close`} label={texts.closeOrder} style="quiet" />
              ) : null}
            </div>
          </section>
          <PaymentFacts payment={payment} order={order} texts={texts} />
          {payment.receipt === 'held' && payment.status === PayStatus.paid ? (
            <HeldMoney payNo={payment.payNo} texts={texts} />
          ) : null}
          <Refunds payment={payment} order={order} draft={draft} texts={texts} />
        </div>
        <section class="card">
          <h2>{texts.timeline.title}</h2>
          <TimelinePicture rows={timelineRowsOf(events)} texts={texts} />
        </section>
      </div>
    </>
  )
  const title = `${texts.payment.title} ${payment.payNo}`
  return showPage(c, { title, content, ...(draft === undefined ? {} : { status: draft.status }) })
}

const gatewayStatusText = (gatewayStatus: string, { gatewayStatus: words }: OperatorTexts) =>
  Object.entries(words).find(([code]) => code === gatewayStatus)?.[1] ?? words.unknown

interface PaymentFactsProps extends Pick<PaymentPageModel, 'payment' | 'order'> {
  readonly texts: OperatorTexts
}

function PaymentFacts({ payment, order, texts }: PaymentFactsProps) {
  const { payment: words } = texts
  const others = order.payments.filter(({ payNo }) => payNo !== payment.payNo)
  const facts = [
    [words.number, payment.payNo],
    [words.order, payment.orderId],
    [words.amount, `¥${writeYuan(payment.totalPrice)}`],
    [words.buyer, payment.userId],
    [words.created, texts.dateTime(payment.createDate)],
    [words.expires, texts.dateTime(payment.expireDate)],
    [words.trade, payment.outPayNo ?? '—'],
  ]
  return (
    <section class="card">
      <p class="row">
        <strong>{payment.orderName}</strong>
        <StateBadge state={stateByStatus[payment.status]} texts={words.state} />
      </p>
      <dl>
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {others.length === 0 ? null : <h3>{words.otherAttempts}</h3>}
      <ul class="rows">
        {others.map(({ payNo, status }) => (
          <li class="row">
            <a href={paymentPath(payNo)}>{payNo}</a>
            <span class="soft">{words.state[stateByStatus[status]]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Money that came after its order was closed: an operator decides, with a reason. */
function HeldMoney({ payNo, texts: { held } }: { readonly payNo: PayNo; readonly texts: OperatorTexts }) {
  return (
    <section class="card">
      <h2>{held.title}</h2>
      <p>{held.text}</p>
      <form method="post" action={`${paymentPath(payNo)}/resolve`} class="fields">
        <label>
          {held.reason}
          <input name="reason" required maxlength={256} />
        </label>
        <div class="actions">
          <button class="primary" type="submit" name="decision" value="fulfil">
            {held.fulfil}
          </button>
          <button class="quiet" type="submit" name="decision" value="refund">
            {held.refund}
          </button>
        </div>
      </form>
    </section>
  )
}
