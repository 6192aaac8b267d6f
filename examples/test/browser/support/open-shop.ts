import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { readSettings } from '../../../src/apps/settings/read-settings.js'
import { appWithPages } from '../../../src/apps/shop/app-with-pages.js'
import { type Shop, startShop } from '../../../src/apps/shop/start-shop.js'
import { demoSignIn } from '../../../src/demo-shop/demo-sign-in.js'
import type { Programs } from './programs.js'

export const SECRET = 'a secret of the tests, long enough'
const OPERATOR_CODE = 'good-once'

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A profile that is new each time. */
export const launchBrowser = ({ chromium: executablePath }: Programs): Promise<Browser> =>
  chromium.launch({ executablePath, args: QUIET })

/** The demo in this process, and browsers in front of it. */
export interface OpenShop extends AsyncDisposable {
  readonly shop: Shop
  readonly sandbox: NonNullable<Shop['sandbox']>
  /** One more person: no cookies yet. Chinese unless told otherwise. */
  person(options?: BrowserContextOptions): Promise<BrowserContext>
  /** What browsers complained about: errors of scripts, broken policies, files that are not there. */
  readonly complaints: readonly string[]
}

export async function openShop(
  browser: Browser,
  environment: Readonly<Record<string, string>> = {},
): Promise<OpenShop> {
  const settings = readSettings({ DATABASE_URL: 'sqlite::memory:', PORT: '0', ...environment })
  const complaints: string[] = []
  const log = { info() {}, error: (fields: object) => void complaints.push(JSON.stringify(fields)) }
  const shop = await startShop(settings, { secret: SECRET }, log, appWithPages(demoSignIn(SECRET, OPERATOR_CODE)))
  const { sandbox } = shop
  if (sandbox === null) throw new Error('The tests pay in the bundled sandbox.')
  const contexts: BrowserContext[] = []
  return {
    shop,
    sandbox,
    complaints,
    async person(options) {
      const context = await browser.newContext({ baseURL: shop.publicBaseUrl, locale: 'zh-CN', ...options })
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      context.on('weberror', (error) => void complaints.push(String(error.error())))
      contexts.push(context)
      return context
    },
    async [Symbol.asyncDispose]() {
      for (const context of contexts) await context.close()
      await shop.stop()
    },
  }
}

/** From the list of courses to the code: the page that shows it. */
export async function orderCourse(person: BrowserContext, course = 'Spring Cloud 微服务实战'): Promise<Page> {
  const page = await person.newPage()
  await page.goto('/')
  await page.getByRole('link', { name: course }).click()
  await page.getByRole('button', { name: '马上学习' }).click()
  await page.getByRole('img', { name: '支付二维码' }).waitFor()
  return page
}

/** Signs in with the link that the demo prints, and shows the operator's first page. */
export async function signInOperator(person: BrowserContext): Promise<Page> {
  const page = await person.newPage()
  await page.goto(`/operator/sign-in?code=${OPERATOR_CODE}`)
  await page.locator('form button').click()
  await page.locator('#numbers').waitFor()
  return page
}

/** Opens the payment page of this device in its own tab. */
export async function openCashier(page: Page): Promise<Page> {
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: '在本机打开支付页面' }).click()
  const cashier = await opened
  await cashier.getByTestId('pay').waitFor()
  return cashier
}

/** Presses the button in the cashier and waits until it has sent the buyer back. */
export async function pay(cashier: Page): Promise<void> {
  await cashier.getByTestId('pay').click()
  await cashier.waitForURL(/\/p\/[^/]+\/return/)
}

/** What the QR on this page holds. */
export const payAddress = async (page: Page): Promise<string> =>
  String(await page.getByRole('link', { name: '在本机打开支付页面' }).getAttribute('href'))

/** What became of every notification that was sent, each answer once: the sandbox repeats one every few seconds. */
export const answersToNotifications = ({ sandbox }: OpenShop): ReadonlySet<string> =>
  new Set(sandbox.notifications().flatMap(({ attempts }) => attempts.map(({ answer }) => answer)))

/** Waits until the page's title says this, or begins with it. */
export const title = (page: Page, text: string | RegExp) =>
  page.getByRole('heading', { level: 1, name: text }).waitFor()
