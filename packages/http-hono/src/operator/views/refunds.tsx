import { randomUUID } from 'node:crypto'
import { type Order, OrderStatus, type Payment, PayStatus, type Refund, writeYuan } from '@coursepay/core'
import { refundableAmount } from '@coursepay/core/ports'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { PageContext } from '../../school/page.js'
import { showPage } from '../../school/views/layout.js'
import { operatorTextsFor, paymentPath } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-english.js'

/** What was written into the form. */
export interface RefundFormValues {
  /** Yuan; empty: all that is left. */
  readonly amount: string
  readonly reason: string
  /** Made with the form: sent twice, it pays once. */
  readonly outRequestNo: string
}

/** A form that was not taken. */
export interface RejectedRefundForm {
  readonly fields: RefundFormValues
  readonly message: string
  readonly status: ContentfulStatusCode
}

interface RefundsProps {
  readonly payment: Payment
  readonly order: Order
  readonly draft?: RejectedRefundForm | undefined
  readonly texts: OperatorTexts
}

/** What went back of a payment, and the form for what is left. */
export function Refunds({ payment, order, draft, texts }: RefundsProps) {
  const ofThis = order.refunds.filter(({ payNo }) => payNo === payment.payNo)
  const open = payment.receipt === 'booked' && order.status === OrderStatus.paid
  const rest = refundableAmount(payment, ofThis)
  if (ofThis.length === 0 && !open) return null
  const { refunds } = texts
  return (
    <section class="card">
      <h2>{refunds.title}</h2>
      <ul class="rows">
        {ofThis.map((refund) => (
          <RefundRow
            refund={refund}
            isLeft={payment.status === PayStatus.paid && refund.amount <= rest}
            texts={texts}
          />
        ))}
      </ul>
      {open && rest > 0 ? (
        <RefundForm payNo={payment.payNo} rest={writeYuan(rest)} draft={draft} texts={texts} />
      ) : null}
    </section>
  )
}

interface RefundRowProps {
  readonly refund: Refund
  /** The money is here: a refund that failed can be tried again. */
  readonly isLeft: boolean
  readonly texts: OperatorTexts
}

function RefundRow({ refund, isLeft, texts: { refunds, dateTime } }: RefundRowProps) {
  const { amount, reason, cause, status, createDate, payNo, outRequestNo } = refund
  const again = { amount: writeYuan(amount), reason, outRequestNo }
  return (
    <li class="row">
      <span>
        {`¥${writeYuan(amount)} ${cause === 'operator' ? reason : refunds.cause[cause]}`}{' '}
        <span class="soft">{dateTime(createDate)}</span>
      </span>
      <span class={`badge ${status === 'succeeded' ? 'good' : 'warn'}`}>{refunds.status[status]}</span>
      {status === 'failed' && isLeft ? (
        <form method="post" action={`${paymentPath(payNo)}/refunds`}>
          <HiddenFields fields={again} />
          <button class="quiet" type="submit">
            {refunds.again}
          </button>
        </form>
      ) : null}
    </li>
  )
}

function HiddenFields({ fields }: { readonly fields: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
}

interface RefundFormProps {
  readonly payNo: string
  readonly rest: string
  readonly draft: RejectedRefundForm | undefined
  readonly texts: OperatorTexts
}

function RefundForm({ payNo, rest, draft, texts: { refunds } }: RefundFormProps) {
  const { amount = '', reason = '', outRequestNo = randomUUID() } = draft?.fields ?? {}
  return (
    <form method="post" action={`${paymentPath(payNo)}/refunds`} class="fields">
      {draft === undefined ? null : (
        <p class="notice" role="alert">
          {draft.message}
        </p>
      )}
      <input type="hidden" name="outRequestNo" value={outRequestNo} />
      <label>
        {refunds.amount(rest)}
        <input
          name="amount"
          inputmode="decimal"
          pattern="[0-9]+(\.[0-9]{1,2})?"
          placeholder={refunds.allThatIsLeft}
          value={amount}
        />
      </label>
      <label>
        {refunds.reason}
        <input name="reason" required maxlength={256} value={reason} />
      </label>
      <button class="quiet" type="submit">
        {refunds.button}
      </button>
    </form>
  )
}

interface RefundConfirmationModel {
  readonly payment: Payment
  readonly fields: RefundFormValues
  /** What goes back, in yuan. */
  readonly sum: string
}

/** Asks before money goes back. */
export function confirmRefundPageAnswer(c: PageContext, { payment, fields, sum }: RefundConfirmationModel) {
  const { refunds } = operatorTextsFor(c)
  const path = paymentPath(payment.payNo)
  const content = (
    <article class="card">
      <h1>{refunds.confirmTitle}</h1>
      <p class="price">{`¥${sum}`}</p>
      <p>{`${payment.orderName} · ${fields.reason}`}</p>
      <form method="post" action={`${path}/refunds`} class="actions">
        <HiddenFields fields={{ ...fields, amount: sum, confirmed: 'yes' }} />
        <button class="primary" type="submit">
          {refunds.confirm(sum)}
        </button>
        <a class="button quiet" href={path}>
          {refunds.back}
        </a>
      </form>
    </article>
  )
  return showPage(c, { title: refunds.confirmTitle, content })
}
