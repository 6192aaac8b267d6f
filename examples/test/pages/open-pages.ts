import { type Course, courseId, fen } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import { bearerAuthentication } from '@coursepay/http-hono'
import { sign } from 'hono/jwt'
import { appWithPages } from '../../src/pages/demo-app.js'

export const ORIGIN = 'https://shop.test'
export const SECRET = 'a secret of the tests'

const paid: Course = { courseId: courseId('1'), courseName: 'Java <b>&</b>', price: fen(9_900), validDays: 365 }
const free: Course = { courseId: courseId('2'), courseName: '入门', price: fen(0), validDays: 30 }

/** The pages on a shop in memory, and browsers that keep their cookie. */
export async function openPages(courses: readonly Course[] = [paid, free]) {
  const checkout = await inMemoryCheckout({ courses })
  const logged: string[] = []
  const app = appWithPages(SECRET)(
    {
      orders: checkout.orders.service,
      payments: checkout.orders.door,
      learning: checkout.learning.service,
      authenticate: bearerAuthentication({ secret: SECRET }),
      publicBaseUrl: ORIGIN,
      clock: checkout.clock,
      log: { info() {}, error: (fields) => void logged.push(JSON.stringify(fields)) },
    },
    { catalogue: checkout.learningStores.catalogue, sandbox: true },
  )
  const browser = () => {
    let cookie = ''
    const send = async (method: string, path: string, headers: Readonly<Record<string, string>>) => {
      const response = await app.request(`${ORIGIN}${path}`, { method, headers: { Cookie: cookie, ...headers } })
      cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? cookie
      return response
    }
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) => send('GET', path, headers)
    return {
      cookie: () => cookie,
      setCookie(text: string) {
        cookie = text
      },
      get,
      text: async (path: string, headers?: Readonly<Record<string, string>>) => (await get(path, headers)).text(),
      /** A form of the page itself, unless told otherwise; the answer's `Location`, or its status. */
      async submit(path: string, headers: Readonly<Record<string, string>> = { Origin: ORIGIN }) {
        const response = await send('POST', path, headers)
        return response.headers.get('Location') ?? String(response.status)
      },
    }
  }
  return { ...checkout, app, logged, browser, bearer: async (sub: string) => `Bearer ${await sign({ sub }, SECRET)}` }
}

export type Pages = Awaited<ReturnType<typeof openPages>>

/** The newest attempt to pay that is stored. */
export function newestAttempt({ orderStores }: Pages) {
  const newest = orderStores.tables.payRecords.committed.all().at(-1)
  if (newest === undefined) throw new Error('Nothing was ordered.')
  return newest.payRecord
}
