import { type Course, courseId, fen, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import { bearerAuthentication, createCheckoutApp, servicesOf } from '@coursepay/http-hono'
import { mountPages } from '@coursepay/http-hono/pages'
import { Hono } from 'hono'
import { sign } from 'hono/jwt'
import { describe, expect, it } from 'vitest'
import { appWithPages, schoolSignIn } from '../../src/apps/shop/app-with-pages.js'

const ORIGIN = 'https://pay.school.test'
const SECRET = 'a secret of the tests, long enough'
const LOGIN = 'https://school.test/login?from=pay'
const course: Course = { courseId: courseId('1'), courseName: 'Git 入门', price: fen(0), validDays: 30 }

const token = (sub: string) => sign({ sub, exp: Math.floor(Date.now() / 1_000) + 600 }, SECRET)

function schoolApp(
  { orderStore, learningStore }: Awaited<ReturnType<typeof inMemoryCheckout>>,
  services: Partial<ReturnType<typeof servicesOf>>,
  loginUrl: string | null = LOGIN,
) {
  const deps = {
    ...services,
    authenticate: bearerAuthentication({ secret: SECRET }),
    publicBaseUrl: ORIGIN,
    log: { info() {}, error() {} },
  }
  const app = appWithPages(schoolSignIn(loginUrl))(deps, {
    orderStore,
    catalogue: learningStore.catalogue,
    sandbox: false,
  })
  return { app, plain: createCheckoutApp(deps) }
}

async function openSchool(loginUrl: string | null = LOGIN) {
  const checkout = await inMemoryCheckout({ courses: [course] })
  const { app, plain } = schoolApp(checkout, servicesOf(checkout), loginUrl)
  let cookie = ''
  const send = async (method: string, path: string, body?: object) => {
    const headers = { Cookie: cookie, Origin: ORIGIN, Accept: 'text/html', 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await app.request(`${ORIGIN}${path}`, init)
    cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? cookie
    return { status: response.status, location: response.headers.get('Location'), text: await response.text() }
  }
  return { app, send, token, plain }
}

describe('the pages of a school, for somebody who is not signed in', () => {
  it.each(['/', '/courses/1'])('show the catalogue at %s', async (path) => {
    const { send } = await openSchool()
    const { status, text } = await send('GET', path)
    expect([status, text]).toEqual([200, expect.stringContaining('Git 入门')])
    expect(text).not.toContain('/sign-out')
  })

  it.each(['/orders', '/my-courses'])('send him from %s to the site of the school, with the way back', async (path) => {
    const { send } = await openSchool()
    const { status, location } = await send('GET', path)
    const back = encodeURIComponent(`${ORIGIN}/sign-in?to=${encodeURIComponent(path)}`)
    expect([status, location]).toEqual([303, `${LOGIN}&return=${back}`])
  })

  it('let him choose nothing', async () => {
    const { send } = await openSchool()
    const { status, text } = await send('POST', '/courses/1/learn')
    const back = encodeURIComponent(`${ORIGIN}/sign-in?to=${encodeURIComponent('/courses/1')}`)
    expect([status, text]).toEqual([401, expect.stringContaining(`href="${LOGIN}&amp;return=${back}"`)])
  })

  it('say what to do where nobody said where the school is', async () => {
    const { send } = await openSchool(null)
    expect(await send('GET', '/orders')).toMatchObject({ status: 401, text: expect.stringContaining('请先登录') })
  })
})

describe('a token of the school', () => {
  it('opens a session once, which chooses a course and ends on signing out', async () => {
    const { send, token } = await openSchool()
    const handedOver = { token: await token('zhang') }
    expect((await send('POST', '/session', handedOver)).status).toBe(204)
    expect((await send('POST', '/courses/1/learn')).location).toBe('/my-courses')
    const mine = await send('GET', '/my-courses')
    expect([mine.status, mine.text]).toEqual([200, expect.stringContaining('Git 入门')])
    expect(mine.text).toContain('action="/sign-out"')
    expect((await send('POST', '/sign-out')).location).toBe('/')
    expect((await send('GET', '/my-courses')).status).toBe(303)
    expect((await send('POST', '/session', handedOver)).status).toBe(401)
  })

  it('is asked for on a page that names the way on and nothing else', async () => {
    const { send } = await openSchool()
    expect((await send('GET', '/sign-in?to=/orders')).text).toContain('data-to="/orders"')
    for (const elsewhere of ['//evil.test', 'https://evil.test', '/\\evil.test', 'javascript:alert(1)']) {
      const { text } = await send('GET', `/sign-in?to=${encodeURIComponent(elsewhere)}`)
      expect(text).toContain('data-to="/"')
    }
  })

  it('without the role of an operator opens no console', async () => {
    const { send, token } = await openSchool()
    await send('POST', '/session', { token: await token('zhang') })
    expect(await send('GET', '/operator')).toMatchObject({ status: 303, location: '/operator/sign-in' })
  })
})

it.each([
  ['/api/nowhere', 'text/html'],
  ['/nowhere', '*/*'],
])('a program that is not signed in gets a problem at %s, where nothing is', async (path, accept) => {
  const { app } = await openSchool()
  const { status, headers } = await app.request(`${ORIGIN}${path}`, { headers: { Accept: accept } })
  expect([status, headers.get('Content-Type')]).toEqual([404, 'application/problem+json'])
})

it('without pages there is nothing at the root', async () => {
  const { plain } = await openSchool()
  expect((await plain.request(`${ORIGIN}/`)).status).toBe(404)
})

it('a school changes texts and colours', async () => {
  const checkout = await inMemoryCheckout({ courses: [course] })
  const { orders, buyer, learning } = servicesOf(checkout)
  const app = new Hono()
  if (!orders || !buyer || !learning) throw new Error('The checkout has no services.')
  mountPages(app, {
    ...{ orders, buyer, learning, catalogue: checkout.learningStore.catalogue, publicBaseUrl: ORIGIN },
    visitors: { find: async () => null },
    branding: { texts: { zh: { site: '红星学校' } }, styleSheet: '/school.css' },
    log: { info() {}, error() {} },
  })
  const text = await (await app.request(`${ORIGIN}/`, { headers: { 'Accept-Language': 'zh' } })).text()
  expect(text).toContain('红星学校')
  expect(text).toMatch(/shop-\w+\.css"\/>.*href="\/school\.css"/)
})

describe('the page to which a buyer returns', () => {
  it.each([
    ['leads on to the course table', true, [`${ORIGIN}/my-courses`]],
    ['leads nowhere when another server has the course table', false, []],
  ])('%s', async (_, hasLearning, links) => {
    const java = { courseId: courseId('7'), courseName: 'Java', price: fen(9_900), validDays: 365 }
    const checkout = await inMemoryCheckout({ courses: [java] })
    const { learning, ...services } = servicesOf(checkout)
    const { app } = schoolApp(checkout, hasLearning ? { ...services, learning } : services)
    const { choice } = await checkout.learning.service.chooseCourse(userId('zhang'), java.courseId)
    const payment = await checkout.orders.service.createOrder(userId('zhang'), checkout.orderRequestForChoice(choice))
    await checkout.pay(payment)
    await checkout.notify(payment)
    const headers = { Authorization: `Bearer ${await token('zhang')}` }
    const page = await (await app.request(`${ORIGIN}/p/${payment.token}/return`, { headers })).text()
    expect([...page.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, address]) => address)).toEqual(links)
  })
})
