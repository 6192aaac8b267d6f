import type { PayNo } from '@coursepay/core'
import { paymentPath } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-texts.js'

/** Money that came after its order was closed: an operator decides, with a reason. */
export function HeldMoney({ payNo, texts: { held } }: { readonly payNo: PayNo; readonly texts: OperatorTexts }) {
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
