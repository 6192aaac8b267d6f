import { type Payment, writeYuan } from '@coursepay/core'
import type { PageContext } from '../page.js'
import { payPath } from '../routes/go-to-payment.js'
import type { PayView, Texts } from '../texts/texts.js'
import { showPage } from './layout.js'
import { Action, Message } from './parts.js'

/** One attempt to pay as the page shows it. */
export interface PayPageState {
  readonly view: PayView
  readonly payment: Payment
  /** Until the code runs out, in ms; 0 when it has. */
  readonly remainingMs: number
  /** What the QR holds. */
  readonly payUrl: string
  /** A `data:` URL. */
  readonly qrcode: string
  readonly coursePath: string
  /** The buyer said that it is paid, and nothing has come yet. */
  readonly asked: boolean
  readonly sandbox: boolean
}

interface PayProps {
  readonly state: PayPageState
  readonly texts: Texts
}

/** Views that change without the buyer doing anything here, and how often a browser without scripts looks. */
const changing: Readonly<Partial<Record<PayView, number>>> = { open: 15, expired: 15, activating: 3 }

export function payPage(c: PageContext, state: PayPageState) {
  const { texts } = c.var.visitor
  const { view, payment } = state
  const title = view === 'open' ? texts.pay.title : texts.pay.views[view].title
  const content = <PayPage state={state} texts={texts} />
  const seconds = changing[view]
  if (seconds === undefined) return showPage(c, { title, content })
  return showPage(c, { title, content, waits: true, lookAgain: { seconds, path: `${payPath(payment)}?ask` } })
}

/** What the script needs to know: which payment, which view, and for how long. */
function PayPage({ state, texts }: PayProps) {
  const { view, payment, remainingMs } = state
  const waits = view === 'open' || view === 'expired'
  return (
    <div
      data-view={view}
      data-pay-no={waits ? payment.payNo : undefined}
      data-remaining-ms={view === 'open' ? remainingMs : undefined}
      data-look-again={view === 'activating' ? 'yes' : undefined}
    >
      {view === 'open' ? <OpenCode state={state} texts={texts} /> : <Outcome state={state} view={view} texts={texts} />}
    </div>
  )
}

function OpenCode({ state, texts }: PayProps) {
  const { payment, payUrl, qrcode, remainingMs, asked, sandbox } = state
  const { pay } = texts
  return (
    <article class="card pay">
      <h1>{pay.title}</h1>
      <p>{payment.orderName}</p>
      <p class="sum">{`¥${writeYuan(payment.totalPrice)}`}</p>
      <img class="qr" src={qrcode} alt={pay.qrDescription} width="220" height="220" />
      <p>{pay.scan}</p>
      <p class="soft">
        {pay.timeLeft}{' '}
        <strong id="time-left" role="timer" data-minute-left={pay.minuteLeft}>
          {writeMinutes(remainingMs)}
        </strong>
      </p>
      <p id="payment-status" class={asked ? 'notice' : 'soft'} role="status" data-not-yet={pay.notYet}>
        {asked ? pay.notYet : pay.waiting}
      </p>
      <div class="actions">
        <form id="i-have-paid" method="post" action={`${payPath(payment)}/check`}>
          <button class="primary" type="submit">
            {pay.iHavePaid}
          </button>
        </form>
        <a class="button quiet" href={payUrl} target="_blank" rel="noopener noreferrer">
          {pay.payHere}
          <span class="unseen">{pay.opensNewTab}</span>
        </a>
      </div>
      {sandbox ? <p class="soft">{pay.localOnly}</p> : null}
    </article>
  )
}

/** Anything but a code that can be paid. */
function Outcome({ state, view, texts }: PayProps & { readonly view: Exclude<PayView, 'open'> }) {
  const { pay } = texts
  const { payment, coursePath } = state
  const codeRunOut = view === 'expired' || view === 'closed'
  return (
    <Message {...pay.views[view]} mark={view === 'paid' || view === 'activating' ? 'ok' : 'warn'}>
      <p>{payment.orderName}</p>
      <p class={codeRunOut ? 'soft' : 'sum'}>{`¥${writeYuan(payment.totalPrice)}`}</p>
      <div class="actions">
        {codeRunOut ? <Action path={`/orders/${payment.orderId}/pay`} label={pay.newCode} /> : null}
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
    </Message>
  )
}

/** `29:05`. The last second is shown in full. */
function writeMinutes(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
