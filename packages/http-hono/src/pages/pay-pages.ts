import { writeYuan } from '@coursepay/core'
import type { OpenedPayPage } from '@coursepay/core/ports'
import { html } from 'hono/html'
import { type Problem, problemHeaders, problemOf } from '../problem/problem.js'
import type { BlockingApp, Language } from './browser.js'
import { pageAnswer, type StatusIcon } from './page.js'
import { type Advice, payPageTextsByLanguage } from './pay-page-texts.js'
import { problemText } from './problem-texts.js'

/** What a `Location` header can hold, and nothing that a browser would run. */
const WEB_ADDRESS_PATTERN = /^https?:\/\/[\x21-\x7e]+$/

/** Sends the browser on; the link is for one that does not follow. */
export async function redirectToGateway({ url }: Pick<OpenedPayPage, 'url'>, language: Language): Promise<Response> {
  if (!WEB_ADDRESS_PATTERN.test(url))
    throw new Error("The gateway gave no address that a browser can open. Check the gateway's adapter.")
  const texts = payPageTextsByLanguage[language]
  const body = html`<p><a href="${url}" rel="noreferrer">${texts.followLink}</a></p>`
  const content = { language: texts.tag, icon: 'none', title: texts.goingToPay, body } as const
  return pageAnswer(content, { status: 302, headers: { Location: url } })
}

/** Says how to get out of an app that would block the gateway's page, and what there is to pay. */
export async function openElsewherePageAnswer(
  app: BlockingApp,
  { orderName, totalPrice }: OpenedPayPage,
  language: Language,
): Promise<Response> {
  const texts = payPageTextsByLanguage[language]
  const sum = html`<p>${texts.amount}</p><p class="sum">¥${writeYuan(totalPrice)}</p><p>${orderName}</p>`
  const steps = texts.openSteps.map((step) => html`<li>${step}</li>`)
  const body = html`${sum}<ol>${steps}</ol><p>${texts.orScan}</p><p>${texts.notPaidYet}</p>`
  return pageAnswer({ language: texts.tag, icon: 'warn', title: texts.openElsewhere[app], body }, { status: 200 })
}

/** Says why there is nothing to pay here, and what to do instead. */
export async function errorPageAnswer(error: unknown, language: Language): Promise<Response> {
  const problem = problemOf(error)
  const { status, code } = problem
  const { tag, advice, reference } = payPageTextsByLanguage[language]
  const kind = adviceForProblem(problem)
  const number = isAdviceWithoutError(kind) ? '' : html`<p><small>${reference} ${status} ${code}</small></p>`
  const body = html`<p>${advice[kind]}</p>${number}`
  const content = { language: tag, icon: iconByAdvice[kind], title: problemText(code, language), body }
  return pageAnswer(content, { status, headers: problemHeaders(problem) })
}

const iconByAdvice: Readonly<Record<Advice, StatusIcon>> = {
  paid: 'ok',
  refunded: 'ok',
  new_code: 'warn',
  rescan: 'warn',
  later: 'warn',
  back: 'warn',
}

/** Nothing failed, so the page shows no error number. */
const isAdviceWithoutError = (kind: Advice): boolean => kind === 'paid' || kind === 'refunded' || kind === 'new_code'

function adviceForProblem({ code, status }: Problem): Advice {
  switch (code) {
    case 'order_already_paid':
      return 'paid'
    case 'order_already_refunded':
      return 'refunded'
    case 'pay_record_expired':
    case 'order_closed':
      return 'new_code'
    case 'pay_record_not_found':
    case 'invalid_id':
      return 'rescan'
    default:
      return status >= 500 ? 'later' : 'back'
  }
}
