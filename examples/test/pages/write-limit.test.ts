import { expect, it } from 'vitest'
import { ORIGIN, openPages } from './open-pages.js'

const limit = { perSecond: 1, burst: 3 }

it('a buyer’s forms and calls share one write limit', async () => {
  const pages = await openPages(undefined, limit)
  const zhang = pages.browser()
  await zhang.get('/')
  const answers: string[] = []
  for (let count = 0; count < 4; count += 1) answers.push(await zhang.submit('/courses/1/learn'))
  expect(answers.map((answer) => answer === '429')).toEqual([false, false, false, true])
  expect((await zhang.get('/my-courses')).status).toBe(200)
  const others = pages.browser()
  await others.get('/')
  expect(await others.submit('/courses/1/learn')).not.toBe('429')
})

it('an operator’s forms and calls share one write limit', async () => {
  const pages = await openPages(undefined, limit)
  const browser = pages.browser()
  const token = await pages.token('ops', ['operator'])
  await browser.submit('/operator/sign-in', { Origin: ORIGIN }, { token })
  const headers = { Authorization: `Bearer ${token}` }
  const redeliver = () => pages.app.request(`${ORIGIN}/api/ops/outbox/1/redeliver`, { method: 'POST', headers })
  expect((await redeliver()).status).toBe(404)
  for (let count = 0; count < 2; count += 1) expect(await browser.submit('/operator/outbox/1/redeliver')).toBe('404')
  expect(await browser.submit('/operator/outbox/1/redeliver')).toBe('429')
  expect((await redeliver()).status).toBe(429)
})
