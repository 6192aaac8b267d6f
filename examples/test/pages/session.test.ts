import { courseId, fen } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { signedSessions } from '../../src/demo-shop/demo-sign-in.js'
import { newestAttempt, ORIGIN, openPages, SECRET } from './open-pages.js'

describe('the session of a browser', () => {
  it('given somebody new, then the cookie is out of reach for scripts, other sites and plain connections', async () => {
    const { browser } = await openPages()
    const cookie = (await browser().get('/')).headers.get('Set-Cookie') ?? ''
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/']) expect(cookie).toContain(part)
  })

  it('given somebody known, then no other user is made up', async () => {
    const { browser } = await openPages()
    const zhang = browser()
    await zhang.get('/')
    expect((await zhang.get('/orders')).headers.get('Set-Cookie')).toBeNull()
  })

  it('given a changed or foreign cookie, then it is somebody new, without orders', async () => {
    const { browser } = await openPages()
    const zhang = browser()
    await zhang.submit('/courses/1/learn')
    expect(await zhang.text('/orders')).toContain('data-order')
    for (const forged of [
      zhang.cookie().replace(/\.[^.]{4}/, '.AAAA'),
      'coursepay_session=x.y.z',
      'coursepay_session=',
    ]) {
      zhang.setCookie(forged)
      const response = await zhang.get('/orders')
      expect(await response.text()).not.toContain('data-order')
      expect(response.headers.get('Set-Cookie')).toContain('coursepay_session=')
    }
  })

  it('given a session, then it may read the API and not change anything there', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    await zhang.submit('/courses/1/learn')
    const { orderId, payNo } = newestAttempt(pages)
    expect((await zhang.get(`/api/orders/payresult?payNo=${payNo}`)).status).toBe(200)
    expect(await zhang.submit(`/api/orders/${orderId}/close`)).toBe('401')
    expect((await pages.browser().get(`/api/orders/payresult?payNo=${payNo}`)).status).toBe(401)
  })

  it('given a session and a token, then the token counts; and a session is no token', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    await zhang.submit('/courses/1/learn')
    const { payNo } = newestAttempt(pages)
    const path = `/api/orders/payresult?payNo=${payNo}`
    expect((await zhang.get(path, { Authorization: await pages.bearer('li') })).status).toBe(404)
    const [, session = ''] = zhang.cookie().split('=')
    expect((await pages.browser().get(path, { Authorization: `Bearer ${session}` })).status).toBe(401)
  })

  it.each([
    {},
    { Origin: 'https://evil.test' },
    { Origin: 'null' },
    { Origin: `${ORIGIN}:8443` },
    { 'Sec-Fetch-Site': 'same-site' },
  ])('given a form that comes with %j, then it is refused', async (headers) => {
    const pages = await openPages()
    const zhang = pages.browser()
    await zhang.submit('/courses/1/learn')
    const { orderId } = newestAttempt(pages)
    for (const path of ['/courses/1/learn', `/orders/${orderId}/close`, `/orders/${orderId}/pay`]) {
      expect(await zhang.submit(path, headers)).toBe('403')
    }
    expect(await zhang.text('/orders')).toContain('待支付')
  })

  it("given another person's order, then nothing of it is shown or changed", async () => {
    const pages = await openPages()
    const [zhang, li] = [pages.browser(), pages.browser()]
    const payment = await zhang.submit('/courses/1/learn')
    const { orderId, token } = newestAttempt(pages)
    const response = await li.get(payment)
    const page = await response.text()
    expect([response.status, page.includes(token)]).toEqual([404, false])
    const unknown = '/orders/7999999999999999999/pay/7999999999999999998'
    expect(page).toBe(await li.text(unknown))
    expect(await li.submit(`/orders/${orderId}/close`)).toBe('404')
    expect(await li.submit(`${payment}/check`)).toBe('404')
    expect(await li.text('/orders')).not.toContain(orderId)
  })

  it('given a session that outlives the database, then its orders are just gone', async () => {
    const [before, after] = [await openPages(), await openPages()]
    const zhang = before.browser()
    await zhang.submit('/courses/1/learn')
    const later = after.browser()
    later.setCookie(zhang.cookie())
    expect(await later.text('/orders')).toContain('暂无订单')
    expect(await later.submit('/courses/1/learn')).toMatch(/^\/orders\/\d+\/pay\/\d+$/)
  })

  it('given a user on another device, then the orders are there, and 马上学习 leads to the code that is open', async () => {
    const pages = await openPages()
    const [phone, desk] = [pages.browser(), pages.browser()]
    const payment = await phone.submit('/courses/1/learn')
    const { userId, orderId } = newestAttempt(pages)
    desk.setCookie((await signedSessions(SECRET, true).write({ userId })).split(';')[0] ?? '')
    expect(await desk.text('/orders')).toContain(`data-order="${orderId}"`)
    expect(await desk.submit('/courses/1/learn')).toBe(payment)
  })

  it('given more orders than a page holds, then there are more pages, the newest order first', async () => {
    const courses = Array.from({ length: 11 }, (_, index) => {
      return { courseId: courseId(`c${index}`), courseName: `Course ${index}`, price: fen(100), validDays: 1 }
    })
    const pages = await openPages(courses)
    const zhang = pages.browser()
    for (const course of courses) {
      await zhang.submit(`/courses/${course.courseId}/learn`)
      pages.clock.advance(1)
    }
    const names = (page: string) => [...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, name]) => name)
    const first = await zhang.text('/orders')
    expect(names(first)).toEqual(
      courses
        .map(({ courseName }) => courseName)
        .reverse()
        .slice(0, 10),
    )
    expect(first).toContain('href="/orders?page=2"')
    expect(names(await zhang.text('/orders?page=2'))).toEqual(['Course 0'])
  })
})
