// Waits for a payment on the page that shows its code, by the client of this package. What to show is decided by the
// server alone: when something changed, the page's content is fetched again. Without this script the page works too.

import { checkoutClient } from '../../client/index.js'

const client = checkoutClient('')
const UNPAID = '601001'
const RETRY_MS = 3_000
const MINUTE_MS = 60_000

/** Ends everything that the present content has started. */
let stop = () => {}

function start() {
  stop()
  const payment = document.querySelector('[data-view]')
  if (payment === null) return
  const ended = new AbortController()
  stop = () => ended.abort()
  const { payNo, remainingMs, lookAgain } = payment.dataset
  if (payNo !== undefined) {
    void watch(payNo, ended.signal)
    answerButton(payNo, ended.signal)
  }
  if (remainingMs !== undefined) countDown(Number(remainingMs), ended.signal)
  if (lookAgain !== undefined) after(Number(lookAgain) * 1_000, ended.signal, showNews)
}

function after(ms, signal, task) {
  const timer = setTimeout(task, ms)
  signal.addEventListener('abort', () => clearTimeout(timer))
}

/** A refusal ends the waiting: the buyer has signed out elsewhere, say. */
async function watch(payNo, signal) {
  const event = await client.waitForPayment(payNo, signal).catch(() => null)
  if (event !== null && !signal.aborted) void showNews()
}

/** "I have paid": asks at once, and says so when nothing has come yet. */
function answerButton(payNo, signal) {
  const form = document.getElementById('i-have-paid')
  const said = document.getElementById('payment-status')
  if (form === null || said === null) return
  form.addEventListener(
    'submit',
    async (event) => {
      event.preventDefault()
      const payment = await client.payResult(payNo).catch(() => null)
      if (signal.aborted) return
      if (payment !== null && payment.status !== UNPAID) return showNews()
      said.className = 'notice'
      // Emptied first, so that the same words are read out once more.
      said.textContent = ''
      requestAnimationFrame(() => {
        said.textContent = said.dataset.notYet
      })
    },
    { signal },
  )
}

function countDown(remainingMs, signal) {
  const shown = document.getElementById('time-left')
  if (shown === null) return
  const end = Date.now() + remainingMs
  let announced = remainingMs <= MINUTE_MS
  const tick = () => {
    const left = Math.max(0, end - Date.now())
    const seconds = Math.ceil(left / 1_000)
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    if (left <= MINUTE_MS && !announced) {
      announced = true
      announce(shown.dataset.minuteLeft)
    }
    if (left === 0) void showNews()
    else after(left % 1_000 || 1_000, signal, tick)
  }
  tick()
}

function announce(text) {
  const place = document.getElementById('announcement')
  if (place !== null) place.textContent = text
}

/** Fetches the page again and shows its content in place, with the focus on what has changed. */
async function showNews() {
  stop()
  try {
    const address = new URL(location.href)
    address.search = ''
    const response = await fetch(address)
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    replaceContent(next)
  } catch {
    // The shop may be starting again.
    setTimeout(showNews, RETRY_MS)
  }
}

function replaceContent(next) {
  const content = next.querySelector('main')
  if (content === null) return location.reload()
  const before = document.querySelector('[data-view]')?.dataset.view
  const shown = content.querySelector('[data-view]')?.dataset
  // The focus stays on a link of what has not changed.
  if (shown?.lookAgain !== undefined && shown.view === before) return start()
  document.querySelector('main').replaceWith(content)
  document.title = next.title
  const heading = content.querySelector('h1')
  if (shown?.view !== before && heading !== null) {
    heading.tabIndex = -1
    heading.focus()
    announce([heading.textContent, content.querySelector('.lead')?.textContent].join(' '))
  }
  start()
}

// Back from the payment page, or from a sleep: what is shown may be old.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) void showNews()
})
start()
