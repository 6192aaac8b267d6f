import { courseId, fen } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { assets } from '../../../packages/http-hono/src/school/assets.js'
import { newestAttempt, openPages } from './open-pages.js'

const MINUTE = 60_000
const heading = (page: string) => /<h1>(.*?)<\/h1>/.exec(page)?.[1]

describe('the pages of the demo', () => {
  it('given a course with markup in its name, then it is text on every page', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    for (const path of ['/', '/courses/1', payment, '/orders']) {
      const page = await zhang.text(path)
      expect(page, path).toContain('Java &lt;b&gt;&amp;&lt;/b&gt;')
      expect(page, path).not.toContain('<b>')
    }
  })

  it('wait for a payment by the client of the package, which is one module that needs no other', async () => {
    expect(assets.payScript.text).toContain(`from '${assets.client.address}'`)
    const { checkoutClient } = await import(`data:text/javascript,${encodeURIComponent(assets.client.text)}`)
    const asked: string[] = []
    const fetch = async (address: string) => {
      asked.push(address)
      return Response.json({ status: '601002' })
    }
    expect(await checkoutClient('https://shop.example/pay/', { fetch }).payResult('7')).toEqual({ status: '601002' })
    expect(asked).toEqual(['https://shop.example/pay/api/orders/payresult?payNo=7'])
  })

  it('given any page, then it runs and loads nothing but our own, and nobody stores or frames it', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    for (const path of ['/', payment, '/courses/unknown']) {
      const { headers } = await zhang.get(path, { Accept: 'text/html' })
      const policy = headers.get('Content-Security-Policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  })

  it('given a search engine, then each page says what it is, in the language of the reader', async () => {
    const visitor = (await openPages()).browser()
    const description = '<meta name="description" content="'
    expect(await visitor.text('/courses/1')).toContain(`${description}选一门课，扫码付款，马上开始学习。"/>`)
    for (const path of ['/docs', '/docs/try']) expect(await visitor.text(path)).toContain(description)
  })

  it('given the heaviest page, then all that it loads is under 30 KB', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const page = await zhang.text(await zhang.submit('/courses/1/learn'))
    const loaded = [page, ...Object.values(assets).map(({ text }) => text)]
    expect(Buffer.byteLength(loaded.join(''))).toBeLessThan(30 * 1_024)
    for (const { address } of Object.values(assets)) {
      const { status, headers } = await zhang.get(address)
      expect([status, headers.get('Cache-Control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    }
  })

  it('given 马上学习 twice, then it leads to the same code, and after its time to a new one', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const first = await zhang.submit('/courses/1/learn')
    expect(await zhang.submit('/courses/1/learn')).toBe(first)
    await pages.advance(31 * MINUTE)
    const second = await zhang.submit('/courses/1/learn')
    expect(second).not.toBe(first)
    expect(second.split('/pay/')[0]).toBe(first.split('/pay/')[0])
  })

  it('given a phone, then the button to Alipay leads, and no code of its own screen is first', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    const pageOf = async (userAgent: string) => {
      const page = await zhang.text(payment, { 'User-Agent': userAgent, 'Accept-Language': 'zh-CN' })
      const positions = ['/p/', 'class="qr"', '<details>'].map((text) => page.indexOf(text))
      return { title: heading(page), positions }
    }
    const phone = await pageOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1')
    const [button = -1, code = -1, details = -1] = phone.positions
    expect(phone.title).toBe('支付宝支付')
    expect(0 < button && button < details && details < code).toBe(true)
    const desktop = await pageOf('Mozilla/5.0 (X11; Linux x86_64) Chrome/140')
    expect(desktop.title).toBe('支付宝扫码支付')
    expect(desktop.positions[2]).toBe(-1)
    expect((desktop.positions[1] ?? 0) < (desktop.positions[0] ?? 0)).toBe(true)
  })

  it('given each state of a payment, then the page says it', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    const says = async (path = payment) => heading(await zhang.text(path))
    expect(await says()).toBe('支付宝扫码支付')
    const attempt = newestAttempt(pages)
    pages.clock.advance(31 * MINUTE)
    expect(await says()).toBe('二维码已过期')
    await pages.advance(5_000)
    expect(await says()).toBe('订单已关闭')

    const again = await zhang.submit(`/orders/${attempt.orderId}/pay`)
    const second = newestAttempt(pages)
    await pages.pay(second)
    await pages.learning.stop()
    await pages.notify(second)
    await pages.advance(0)
    expect(await zhang.text(again)).toContain('正在开通课程')
    await pages.learning.start()
    await pages.advance(MINUTE)
    expect(await zhang.text(again)).toContain('课程已经开通')
    expect(await says()).toBe('支付成功')
  })

  it('given a payment that came too late, then the page says that the money goes back', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    const attempt = newestAttempt(pages)
    await pages.orders.callbacks.openPayPage({ token: attempt.token })
    await zhang.submit(`/orders/${attempt.orderId}/close`)
    pages.gateway.buyer.pay(attempt.payNo)
    await pages.notify(attempt)
    expect(heading(await zhang.text(payment))).toBe('款项将原路退回')
    expect(await zhang.text('/orders')).toContain('退款中 ¥99.00')
  })

  it('given a free course, then 马上学习 opens it at once', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    expect(await zhang.submit('/courses/2/learn')).toBe('/my-courses')
    expect(await zhang.text('/my-courses')).toContain('入门')
    expect(await zhang.text('/courses/2')).toContain('第 1 节')
  })

  it('given more courses than a page holds, then there are more pages', async () => {
    const courses = Array.from({ length: 11 }, (_, index) => {
      return { courseId: courseId(`c${index}`), courseName: `第 ${index} 课`, price: fen(0), validDays: 1 }
    })
    const pages = await openPages(courses)
    const zhang = pages.browser()
    for (const course of courses) await zhang.submit(`/courses/${course.courseId}/learn`)
    const first = await zhang.text('/my-courses')
    expect(first).toContain('1 / 2')
    expect(first).toContain('href="/my-courses?page=2"')
    const second = await zhang.text('/my-courses?page=2')
    expect(second).toContain('href="/my-courses?page=1"')
    expect(second.match(/class="card"/g)).toHaveLength(1)
  })

  it('given English first, then no page has a Chinese word but in names', async () => {
    const pages = await openPages([{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }])
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    for (const path of ['/', '/courses/1', payment, `${payment}?asked`, '/orders', '/my-courses', '/courses/9']) {
      const page = await zhang.text(path, { 'Accept-Language': 'en-GB,en;q=0.9,zh;q=0.8' })
      expect(page, path).toContain('<html lang="en">')
      expect(page, path).not.toMatch(/\p{Script=Han}/u)
    }
  })

  it('given an address that is not there, then a browser gets a page and a program a problem', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const page = await zhang.get('/nowhere', { Accept: 'text/html,*/*' })
    expect([page.status, heading(await page.text())]).toEqual([404, '页面不存在'])
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/api/nowhere', 'text/html'],
    ] as const) {
      const problem = await zhang.get(path, { Accept: accept })
      expect([problem.status, problem.headers.get('Content-Type')]).toEqual([404, 'application/problem+json'])
    }
  })

  it('given a store that is away, then the page says so, and the log knows', async () => {
    const pages = await openPages()
    const zhang = pages.browser()
    const payment = await zhang.submit('/courses/1/learn')
    pages.orderStore.faults.breakDown()
    const response = await zhang.get(payment)
    expect([response.status, heading(await response.text())]).toEqual([503, '系统繁忙，请稍后重试'])
    expect(pages.logged.join()).toContain('page_failed')
  })
})
