import { type Payment, writeYuan } from '@coursepay/core'
import { isPhone } from '../../pages/browser.js'
import type { PageContext } from '../page.js'
import type { PayPageStatus, SchoolTexts } from '../texts/school-texts.js'
import { showPage } from './layout.js'
import { ActionButton, MessageCard } from './parts.js'

export const payPath = ({ orderId, payNo }: Pick<Payment, 'orderId' | 'payNo'>) => `/orders/${orderId}/pay/${payNo}`

/** One attempt to pay as the page shows it. */
export interface PayPageModel {
  readonly view: PayPageStatus
  readonly payment: Payment
  /** Until the code runs out, in ms; 0 when it has. */
  readonly remainingMs: number
  /** What the QR holds. */
  readonly payUrl: string
  readonly qrcode: string
  readonly coursePath: string
  /** The buyer said that it is paid, and nothing has come yet. */
  readonly asked: boolean
  readonly sandbox: boolean
}

interface PayProps {
  readonly state: PayPageModel
  readonly texts: SchoolTexts
}

interface OpenPayProps extends PayProps {
  readonly onPhone: boolean
}

/**
 * Views that change without the buyer doing anything here, and after how many seconds the browser looks again. Money
 * may come late to a closed order, and is refunded then.
 */
const refreshSecondsByStatus: Readonly<Partial<Record<PayPageStatus, number>>> = {
  ...{ open: 15, expired: 15, activating: 2 },
  ...{ closed: 15, refunding: 15 },
}

export function payPageAnswer(c: PageContext, state: PayPageModel) {
  const { texts } = c.var.visitor
  const { view, payment } = state
  const onPhone = isPhone(c.req.header('User-Agent'))
  const title = view === 'open' ? openPaymentTitle(texts, onPhone) : texts.pay.views[view].title
  const content = <PayPage state={state} texts={texts} onPhone={onPhone} />
  const seconds = refreshSecondsByStatus[view]
  if (seconds === undefined) return showPage(c, { title, content })
  return showPage(c, { title, content, loadsPayScript: true, refresh: { seconds, path: `${payPath(payment)}?ask` } })
}

const openPaymentTitle = ({ pay }: SchoolTexts, onPhone: boolean): string => (onPhone ? pay.titleOnPhone : pay.title)

/** What the script needs to know: which payment, which view, and for how long. */
function PayPage({ state, texts, onPhone }: OpenPayProps) {
  const { view, payment, remainingMs } = state
  const waits = view === 'open' || view === 'expired'
  return (
    <div
      data-view={view}
      data-pay-no={waits ? payment.payNo : undefined}
      data-remaining-ms={view === 'open' ? remainingMs : undefined}
      data-look-again={waits ? undefined : refreshSecondsByStatus[view]}
    >
      {view === 'open' ? (
        <OpenPaymentCode state={state} texts={texts} onPhone={onPhone} />
      ) : (
        <PaymentOutcome state={state} view={view} texts={texts} />
      )}
    </div>
  )
}

/** On a phone the button leads, and the code is there for another phone. */
function OpenPaymentCode({ state, texts, onPhone }: OpenPayProps) {
  const { payment, remainingMs, asked, sandbox } = state
  const { pay } = texts
  return (
    <article class="card pay">
      <h1>{openPaymentTitle(texts, onPhone)}</h1>
      <p>{payment.orderName}</p>
      <p class="sum">{`¥${writeYuan(payment.totalPrice)}`}</p>
      {onPhone ? <PayButtons state={state} texts={texts} onPhone /> : <QrCode state={state} texts={texts} />}
      <p class="soft">
        {pay.timeLeft}{' '}
        <strong id="time-left" role="timer" data-minute-left={pay.minuteLeft}>
          {writeMinutes(remainingMs)}
        </strong>
      </p>
      <p id="payment-status" class={asked ? 'notice' : 'soft'} role="status" data-not-yet={pay.notYet}>
        {asked ? pay.notYet : pay.waiting}
      </p>
      {onPhone ? (
        <details>
          <summary>{pay.showCode}</summary>
          <QrCode state={state} texts={texts} />
        </details>
      ) : (
        <PayButtons state={state} texts={texts} onPhone={false} />
      )}
      {sandbox && !onPhone ? <p class="soft">{pay.localOnly}</p> : null}
    </article>
  )
}

const QrCode = ({ state: { qrcode }, texts: { pay } }: PayProps) => (
  <>
    <img class="qr" src={qrcode} alt={pay.qrDescription} width="220" height="220" />
    <p>{pay.scan}</p>
  </>
)

function PayButtons({ state: { payment, payUrl }, texts: { pay }, onPhone }: OpenPayProps) {
  const hasPaid = (
    <form id="i-have-paid" method="post" action={`${payPath(payment)}/check`}>
      <button class={onPhone ? 'quiet' : 'primary'} type="submit">
        {pay.iHavePaid}
      </button>
    </form>
  )
  return (
    <div class="actions">
      {onPhone ? null : hasPaid}
      <a class={onPhone ? 'button primary' : 'button quiet'} href={payUrl} target="_blank" rel="noopener noreferrer">
        {onPhone ? pay.payOnPhone : pay.payHere}
        <span class="unseen">{pay.opensNewTab}</span>
      </a>
      {onPhone ? hasPaid : null}
    </div>
  )
}

/** Anything but a code that can be paid. */
function PaymentOutcome({ state, view, texts }: PayProps & { readonly view: Exclude<PayPageStatus, 'open'> }) {
  const { pay } = texts
  const { payment, coursePath } = state
  const codeRunOut = view === 'expired' || view === 'closed'
  return (
    <MessageCard {...pay.views[view]} icon={view === 'paid' || view === 'activating' ? 'ok' : 'warn'}>
      <p>{payment.orderName}</p>
      <p class={codeRunOut ? 'soft' : 'sum'}>{`¥${writeYuan(payment.totalPrice)}`}</p>
      <div class="actions">
        {codeRunOut ? <ActionButton path={`/orders/${payment.orderId}/pay`} label={pay.newCode} /> : null}
        {view === 'paid' ? (
          <a class="button primary" href={coursePath}>
            {texts.continueLearning}
          </a>
        ) : (
          <a class="button quiet" href={coursePath}>
            {pay.backToCourse}
          </a>
        )}
        {view === 'paid' || view === 'activating' ? (
          <a class="button quiet" href="/my-courses">
            {texts.myCourses}
          </a>
        ) : null}
      </div>
    </MessageCard>
  )
}

/** `29:05`. The last second is shown in full. */
function writeMinutes(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
