/** A form as a browser would submit it. */
interface SubmittableForm {
  readonly action: string
  readonly fields: URLSearchParams
}

const CHARACTER_BY_ENTITY: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  copy: '©',
  reg: '®',
  nbsp: '\u00a0',
  times: '×',
}

/** Names that HTML reads without a semicolon too. */
const HTML_ENTITY_PATTERN =
  /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|(?:(amp|lt|gt|quot|copy|reg|nbsp|times)(?:;|(?![=a-z0-9]))|(apos);))/gi

/** Reads character references in an attribute as a browser does, for the names that matter. */
const decodeAttribute = (text: string): string =>
  text.replace(HTML_ENTITY_PATTERN, (whole, decimal?: string, hex?: string, legacy?: string, strict?: string) => {
    const name = legacy ?? strict
    if (name !== undefined) return CHARACTER_BY_ENTITY[name.toLowerCase()] ?? whole
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
  })

/** A `>` inside quotes does not end a tag. */
const REST_OF_TAG_PATTERN = /(?:[^>"]|"[^"]*")*>/y

/**
 * The tags of this name, each tried where its name stands and nowhere else, so that the time grows with the text alone.
 */
function tagsOf(html: string, name: 'form' | 'input'): string[] {
  const tags: string[] = []
  for (let at = html.indexOf(`<${name}`); at !== -1; at = html.indexOf(`<${name}`, at)) {
    REST_OF_TAG_PATTERN.lastIndex = at
    const [tag] = REST_OF_TAG_PATTERN.exec(html) ?? []
    if (tag === undefined) return tags
    tags.push(tag)
    at += tag.length
  }
  return tags
}

const attributeOf = (tag: string, name: string): string =>
  decodeAttribute(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')

/**
 * The first form that posts to a gateway, as the SDK's `pageExecute(method, 'POST')` writes it; undefined without one.
 */
export function findPayForm(html: string): SubmittableForm | undefined {
  const [tag = ''] = tagsOf(html, 'form')
  if (!/method="post"/i.test(tag)) return undefined
  const start = html.indexOf(tag)
  const end = html.indexOf('</form>', start)
  if (end === -1) return undefined
  const fields = new URLSearchParams()
  for (const input of tagsOf(html.slice(start, end), 'input')) {
    fields.append(attributeOf(input, 'name'), attributeOf(input, 'value'))
  }
  return { action: attributeOf(tag, 'action'), fields }
}

/** A cashier page as the buyer sees it. */
export interface OpenedPage {
  /** The cashier's address; the buttons are below it. */
  readonly url: string
  readonly html: string
  /** Alipay's code when it shows an error instead of the cashier (`ACQ.TRADE_HAS_SUCCESS`). */
  readonly errorCode?: string
}

/** What came of pressing a button. */
export interface ButtonResult {
  readonly result: 'logged_in' | 'paid' | 'failed' | 'quit' | 'refused'
  /** Why it was refused. */
  readonly errorCode?: string
  /** Where the browser is sent: `return_url` with Alipay's fields, or `quit_url`. It is not followed. */
  readonly location?: string
}

export interface BuyerOptions {
  /** A second buyer; default the sandbox's own. */
  readonly buyerId?: string
}

/** Drives the cashier over HTTP as a phone would, without a browser. */
export interface SandboxBuyer {
  /**
   * Opens a pay address and follows it to the cashier: the gateway's, or the merchant's page that leads there by
   * redirect or by the SDK's self-submitting form. Also takes such a form's HTML.
   */
  openPayPage(payUrlOrForm: string): Promise<OpenedPage>
  /** Each opens the page first; a cashier address from `openPayPage` is used as it is. */
  login(payUrl: string, options?: BuyerOptions): Promise<ButtonResult>
  pay(payUrl: string, options?: BuyerOptions): Promise<ButtonResult>
  fail(payUrl: string, options?: BuyerOptions): Promise<ButtonResult>
  quit(payUrl: string): Promise<ButtonResult>
}

type Button = 'login' | 'pay' | 'fail' | 'quit'

const RESULT_BY_BUTTON: Record<Button, ButtonResult['result']> = {
  login: 'logged_in',
  pay: 'paid',
  fail: 'failed',
  quit: 'quit',
}

const CASHIER_PATH = /^\/cashier\/[0-9a-f]{32}$/

const errorCodeOf = (html: string): string | undefined => /data-testid="error-code" data-code="([^"]+)"/.exec(html)?.[1]

async function submitForm(html: string): Promise<Response | undefined> {
  const form = findPayForm(html)
  return form && fetch(form.action, { method: 'POST', body: form.fields })
}

async function openPayPage(payUrlOrForm: string): Promise<OpenedPage> {
  let response = payUrlOrForm.includes('<form') ? await submitForm(payUrlOrForm) : await fetch(payUrlOrForm)
  if (!response) throw new Error('no pay form in this HTML')
  let html = await response.text()
  const next =
    errorCodeOf(html) || CASHIER_PATH.test(new URL(response.url).pathname) ? undefined : await submitForm(html)
  if (next) {
    response = next
    html = await next.text()
  }
  const errorCode = errorCodeOf(html)
  return { url: response.url, html, ...(errorCode === undefined ? {} : { errorCode }) }
}

async function openCashier(payUrl: string): Promise<OpenedPage> {
  if (URL.canParse(payUrl) && CASHIER_PATH.test(new URL(payUrl).pathname)) return { url: payUrl, html: '' }
  const page = await openPayPage(payUrl)
  if (page.errorCode !== undefined || CASHIER_PATH.test(new URL(page.url).pathname)) return page
  throw new Error(`${payUrl} does not lead to the cashier`)
}

async function pressButton(button: Button, payUrl: string, { buyerId }: BuyerOptions = {}): Promise<ButtonResult> {
  const page = await openCashier(payUrl)
  if (page.errorCode !== undefined) return { result: 'refused', errorCode: page.errorCode }
  const body = new URLSearchParams(buyerId === undefined ? {} : { buyer_id: buyerId })
  const response = await fetch(`${page.url}/${button}`, { method: 'POST', body, redirect: 'manual' })
  const html = await response.text()
  const errorCode = errorCodeOf(html)
  if (errorCode !== undefined) return { result: 'refused', errorCode }
  const shownPage = /data-result="(\w+)"/.exec(html)?.[1]
  const location = response.headers.get('location')
  const result = shownPage === 'failed' ? 'failed' : RESULT_BY_BUTTON[button]
  return location === null || button === 'login' ? { result } : { result, location }
}

export const sandboxBuyer: SandboxBuyer = {
  openPayPage,
  login: (payUrl, options) => pressButton('login', payUrl, options),
  pay: (payUrl, options) => pressButton('pay', payUrl, options),
  fail: (payUrl, options) => pressButton('fail', payUrl, options),
  quit: (payUrl) => pressButton('quit', payUrl),
}
