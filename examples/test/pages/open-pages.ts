import { type Course, courseId, fen } from '@coursepay/core'
import { inMemoryCheckout, manualScheduler } from '@coursepay/core/fakes'
import { bearerAuthentication, createWriteLimiter, servicesOf, type WriteLimit } from '@coursepay/http-hono'
import { sign } from 'hono/jwt'
import { appWithPages } from '../../src/apps/shop/app-with-pages.js'
import { demoSignIn } from '../../src/demo-shop/demo-sign-in.js'

export const ORIGIN = 'https://shop.test'
export const SECRET = 'a secret of the tests, long enough'
export const OPERATOR_CODE = 'good-once'

const paid: Course = { courseId: courseId('1'), courseName: 'Java <b>&</b>', price: fen(9_900), validDays: 365 }
const free: Course = { courseId: courseId('2'), courseName: '入门', price: fen(0), validDays: 30 }

type Fields = Readonly<Record<string, string>>

/** The pages on a shop in memory, and browsers that keep their cookie. */
export async function openPages(courses: readonly Course[] = [paid, free], writes?: WriteLimit) {
  const checkout = await inMemoryCheckout({ courses })
  const logged: string[] = []
  const scheduler = manualScheduler(checkout.clock)
  const app = appWithPages(demoSignIn(SECRET, OPERATOR_CODE))(
    {
      ...servicesOf(checkout),
      authenticate: bearerAuthentication({ secret: SECRET }),
      publicBaseUrl: ORIGIN,
      writeLimit: createWriteLimiter(writes, checkout.clock),
      clock: checkout.clock,
      scheduler,
      log: { info() {}, error: (fields) => void logged.push(JSON.stringify(fields)) },
    },
    { orderStore: checkout.orderStore, catalogue: checkout.learningStore.catalogue, sandbox: true },
  )
  const browser = () => {
    let cookie = ''
    const send = async (method: string, path: string, headers: Fields, form?: Fields) => {
      const body = form === undefined ? {} : { body: new URLSearchParams(form) }
      const init = { method, headers: { Cookie: cookie, ...headers }, ...body }
      const response = await app.request(`${ORIGIN}${path}`, init)
      cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? cookie
      return response
    }
    const get = (path: string, headers: Fields = {}) => send('GET', path, headers)
    return {
      cookie: () => cookie,
      setCookie(text: string) {
        cookie = text
      },
      get,
      text: async (path: string, headers?: Fields) => (await get(path, headers)).text(),
      /** The page that answers a form. */
      async show(path: string, form: Fields) {
        const response = await send('POST', path, { Origin: ORIGIN }, form)
        return { status: response.status, text: await response.text() }
      },
      /** A form of the page itself, unless told otherwise; the answer's `Location`, or its status. */
      async submit(path: string, headers: Fields = { Origin: ORIGIN }, form?: Fields) {
        const response = await send('POST', path, headers, form)
        return response.headers.get('Location') ?? String(response.status)
      },
    }
  }
  const token = (sub: string, roles: readonly string[] = [], lifetimeS = 3_600) =>
    sign({ sub, roles, exp: Math.floor(Date.now() / 1_000) + lifetimeS }, SECRET)
  return {
    ...checkout,
    ...{ app, logged, browser, token },
    /** Lets the demo take its figures. */
    sample: () => scheduler.advance(5_000),
    bearer: async (sub: string) => `Bearer ${await token(sub)}`,
  }
}

export type Pages = Awaited<ReturnType<typeof openPages>>

/** The newest payment that is stored. */
export function newestAttempt({ orderStore }: Pages) {
  const newest = [...orderStore.rows.orders.values()].flatMap(({ payments }) => payments).at(-1)
  if (newest === undefined) throw new Error('Nothing was ordered.')
  return newest
}
