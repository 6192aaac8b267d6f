import { CheckoutError, checkoutErrorCodes, type LearningService } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { problemOf, problemTable } from '../src/index.js'
import { members, openShop } from './shop.js'

/** A learning centre that fails in one way, whatever it is asked. */
function failing(error: unknown): LearningService {
  const fail = () => Promise.reject(error)
  return { chooseCourse: fail, learnStatus: fail, myCourseTable: fail, receivePayResult: fail }
}

describe('problem+json', () => {
  it('has exactly the members of the contract', async () => {
    const { zhang } = await openShop()
    const response = await zhang.get('/api/orders/1')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await members(response)).toEqual({
      type: 'urn:coursepay:problem:order_not_found',
      title: 'No such order',
      status: 404,
      detail: 'No such order.',
      code: 'order_not_found',
      errMessage: '订单不存在',
    })
  })

  it.each(Object.entries(problemTable))('has a sentence in Chinese for %s', (_, { errMessage, status }) => {
    expect(errMessage).toMatch(/^\p{Script=Han}/u)
    expect(status).toBeGreaterThanOrEqual(400)
  })

  it.each(checkoutErrorCodes)('%s is answered with the status of its row', async (code) => {
    const { zhang } = await openShop({ learning: failing(new CheckoutError(code, 'why')) })
    const response = await zhang.get('/api/learning/mycoursetable')
    const { status } = problemTable[code]
    expect([response.status, await members(response)]).toMatchObject([status, { code, status }])
    const seconds: Partial<Record<number, string>> = { 503: '2', 429: code === 'too_many_attempts' ? '3600' : '1' }
    expect(response.headers.get('Retry-After')).toBe(seconds[status] ?? null)
  })

  it('has the statuses that the contract names', () => {
    const byStatus = Map.groupBy(checkoutErrorCodes, (code) => problemTable[code].status)
    expect(byStatus.get(400)).toEqual(['invalid_request', 'invalid_id', 'invalid_amount'])
    expect(byStatus.get(401)).toEqual(['not_authenticated'])
    expect(byStatus.get(403)).toEqual(['operators_only'])
    const unknown = byStatus.get(404)?.filter((code) => !code.endsWith('_not_found'))
    expect(unknown).toEqual(['not_yours'])
    expect(byStatus.get(413)).toEqual(['body_too_large'])
    expect(byStatus.get(422)).toEqual(['unknown_order_type', 'price_mismatch', 'refund_too_large'])
    expect(byStatus.get(502)).toEqual(['gateway_unknown', 'gateway_refused'])
    expect(byStatus.get(503)?.every((code) => code.endsWith('_unavailable'))).toBe(true)
  })

  it('tells nothing of what failed inside', async () => {
    for (const error of [new Error('password=hunter2'), 'password=hunter2', null]) {
      const { zhang } = await openShop({ learning: failing(error) })
      const response = await zhang.get('/api/learning/mycoursetable')
      expect(await members(response)).toEqual({
        type: 'urn:coursepay:problem:internal_error',
        title: 'Something failed inside',
        status: 500,
        detail: 'Something failed inside',
        code: 'internal_error',
        errMessage: '系统异常，请稍后重试',
      })
    }
  })

  it('knows an error of another copy of core by its mark', () => {
    const foreign = Object.assign(new Error('of another copy'), { code: 'order_closed' })
    Object.defineProperty(foreign, Symbol.for('coursepay.checkout-error'), { value: true })
    expect(problemOf(foreign)).toMatchObject({ status: 409, code: 'order_closed' })
  })

  it('takes a mark with a code that it does not know for a failure inside', () => {
    const newer = Object.assign(new Error('of a newer core'), { code: 'unheard_of' })
    Object.defineProperty(newer, Symbol.for('coursepay.checkout-error'), { value: true })
    expect(problemOf(newer)).toMatchObject({ status: 500, code: 'internal_error' })
  })
})

describe('addresses that are not there', () => {
  it.each(['/', '/api', '/api/orders/', '/api/orders/1/refund', '/p', '/p/a/b', '/API/orders/1'])(
    'GET %s is 404',
    async (path) => {
      const { zhang } = await openShop()
      const response = await zhang.get(path)
      expect([response.status, await members(response)]).toMatchObject([404, { code: 'route_not_found' }])
    },
  )

  it.each([
    ['POST', '/api/orders/payresult', 'GET, HEAD'],
    ['POST', '/api/orders/1', 'GET, HEAD'],
    ['GET', '/api/orders/generatepaycode', 'POST'],
    ['DELETE', '/api/orders/1/close', 'POST'],
    ['PUT', '/p/token', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const { app } = await openShop()
    const response = await app.request(path, { method })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, allow])
    expect(await members(response)).toMatchObject({ code: 'method_not_allowed' })
  })
})
