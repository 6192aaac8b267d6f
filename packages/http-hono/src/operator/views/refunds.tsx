import { randomUUID } from 'node:crypto'
import { type Order, OrderStatus, type Payment, refundableAmount, writeYuan } from '@coursepay/core'
import type { OperatorTexts } from '../texts/operator-texts.js'

interface RefundsProps {
  readonly payment: Payment
  readonly order: Order
  readonly texts: OperatorTexts
}

/** What went back of a payment, and the form for what is left. */
export function Refunds({ payment, order, texts }: RefundsProps) {
  const ofThis = order.refunds.filter(({ payNo }) => payNo === payment.payNo)
  const open = payment.receipt === 'booked' && order.status === OrderStatus.paid
  const rest = refundableAmount(payment, ofThis)
  if (ofThis.length === 0 && !open) return null
  const { refunds } = texts
  return (
    <section class="card">
      <h2>{refunds.title}</h2>
      <ul class="rows">
        {ofThis.map(({ amount, reason, cause, status, createDate }) => (
          <li class="row">
            <span>
              {`¥${writeYuan(amount)} ${cause === 'operator' ? reason : refunds.cause[cause]}`}{' '}
              <span class="soft">{texts.dateTime(createDate)}</span>
            </span>
            <span class={`badge ${status === 'succeeded' ? 'good' : 'warn'}`}>{refunds.status[status]}</span>
          </li>
        ))}
      </ul>
      {open && rest > 0 ? <RefundForm orderId={order.id} rest={writeYuan(rest)} texts={texts} /> : null}
    </section>
  )
}

interface FormProps {
  readonly orderId: string
  readonly rest: string
  readonly texts: OperatorTexts
}

/** Its number is made with the form: sent twice, it pays once. */
function RefundForm({ orderId, rest, texts: { refunds } }: FormProps) {
  return (
    <form method="post" action={`/operator/orders/${orderId}/refunds`} class="fields">
      <input type="hidden" name="outRequestNo" value={randomUUID()} />
      <label>
        {refunds.amount(rest)}
        <input name="amount" inputmode="decimal" pattern="[0-9]+(\.[0-9]{1,2})?" placeholder={refunds.allThatIsLeft} />
      </label>
      <label>
        {refunds.reason}
        <input name="reason" required maxlength={256} />
      </label>
      <button class="quiet" type="submit">
        {refunds.button}
      </button>
    </form>
  )
}
