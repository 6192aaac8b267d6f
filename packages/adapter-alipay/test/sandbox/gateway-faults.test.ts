import { describe, expect, it } from 'vitest'
import type { FaultRule } from '../../sandbox/index.js'
import { givenSandbox } from './support/given.js'
import { call, payAddress, query, queryUnverified, refund, sdkFor } from './support/merchant.js'

const bench = givenSandbox()

const paid = (outTradeNo = 'T1') => bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: outTradeNo }))

const refunds = () => bench.sandbox.trades.get('T1')?.refunds.length

const onRefund = (rule: FaultRule) => bench.sandbox.fault({ method: 'alipay.trade.refund', ...rule })

describe('a call that gets no usable answer', () => {
  it.each<[string, FaultRule, string]>([
    ['http_status 503', { at: 'gateway', kind: 'http_status', status: 503 }, 'status: 503'],
    ['html_body', { at: 'gateway', kind: 'html_body' }, 'Response 格式错误'],
    ['empty_body', { at: 'gateway', kind: 'empty_body' }, 'Response 格式错误'],
    ['hang', { at: 'gateway', kind: 'hang' }, 'Request timeout'],
    ['reset_before_processing', { at: 'gateway', kind: 'reset_before_processing' }, 'HttpClient Request error'],
  ])('given %s, then the SDK throws and nothing was booked', async (_kind, rule, message) => {
    await paid()
    onRefund(rule)

    await expect(refund(sdkFor(bench.sandbox, { timeout: 100 }), 'T1', '1.00', 'R1')).rejects.toThrow(message)
    expect(refunds()).toBe(0)
  })

  it.each<[string, FaultRule, string]>([
    ['http_status', { at: 'gateway', kind: 'http_status', status: 500, processed: true }, 'status: 500'],
    ['html_body', { at: 'gateway', kind: 'html_body', processed: true }, 'Response 格式错误'],
    ['empty_body', { at: 'gateway', kind: 'empty_body', processed: true }, 'Response 格式错误'],
    ['hang', { at: 'gateway', kind: 'hang', processed: true }, 'Request timeout'],
    ['reset_after_processing', { at: 'gateway', kind: 'reset_after_processing' }, 'HttpClient Request error'],
    ['truncate', { at: 'gateway', kind: 'truncate' }, 'HttpClient Request error'],
  ])(
    'given %s after processing, then the SDK throws although the refund is booked, once',
    async (_kind, rule, message) => {
      await paid()
      onRefund(rule)

      await expect(refund(sdkFor(bench.sandbox, { timeout: 100 }), 'T1', '1.00', 'R1')).rejects.toThrow(message)
      expect(refunds()).toBe(1)
    },
  )

  it('given one reset after processing, then the SDK sends it again and the refund is booked once', async () => {
    await paid()
    onRefund({ at: 'gateway', kind: 'reset_after_processing', times: 1 })

    expect(await refund(bench.sdk, 'T1', '1.00', 'R1')).toMatchObject({ code: '10000', fund_change: 'N' })
    expect(refunds()).toBe(1)
    const sent = bench.sandbox.requests().filter(({ method }) => method === 'alipay.trade.refund')
    expect(sent.map(({ resent, fault }) => ({ resent, fault }))).toEqual([
      { resent: false, fault: 'reset_after_processing' },
      { resent: true, fault: undefined },
    ])
    expect(sent[0]?.target).toBe(sent[1]?.target)
  })

  it('given a redirect, then the SDK follows it with the same body', async () => {
    await paid()
    bench.sandbox.fault({
      at: 'gateway',
      kind: 'http_status',
      status: 307,
      location: '/gateway.do',
      times: 1,
    })

    await expect(query(bench.sdk, 'T1')).rejects.toThrow()
    const [, first, followed] = bench.sandbox.requests()
    expect(followed).toMatchObject({ httpMethod: 'POST', target: '/gateway.do', body: first?.body })
  })

  it('given delay, then the answer is held until the clock gets there, while the call has taken effect', async () => {
    await paid()
    onRefund({ at: 'gateway', kind: 'delay', ms: 3_600_000 })

    const answer = refund(bench.sdk, 'T1', '1.00', 'R1')
    await expect.poll(refunds).toBe(1)
    await bench.clock.advance(3_600_000)

    expect(await answer).toMatchObject({ fund_change: 'Y' })
  })

  it('given drip, then the pieces make the genuine answer', async () => {
    await paid()
    const fault = bench.sandbox.fault({ at: 'gateway', kind: 'drip', bytes: 200, ms: 1000 })

    const answer = query(bench.sdk, 'T1')
    await expect.poll(() => fault.hits).toBe(1)
    await bench.clock.advance(60_000)

    expect(await answer).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' })
  })
})

describe('an answer that must not be taken for the truth', () => {
  it.each([
    ['unknown_error', false, '20000', 'isp.unknow-error', 0],
    ['unknown_error', true, '20000', 'isp.unknow-error', 1],
    ['system_error', false, '40004', 'ACQ.SYSTEM_ERROR', 0],
    ['system_error', true, '40004', 'ACQ.SYSTEM_ERROR', 1],
  ] as const)('given %s, processed %s, then it is signed as %s %s and %i refunds are booked', async (...row) => {
    const [kind, processed, code, subCode, booked] = row
    await paid()
    onRefund({ at: 'gateway', kind, processed })

    expect(await refund(bench.sdk, 'T1', '1.00', 'R1')).toMatchObject({ code, sub_code: subCode })
    expect(refunds()).toBe(booked)
  })

  it('given unsigned, then the SDK throws a TypeError when it validates', async () => {
    await paid()
    bench.sandbox.fault({ at: 'gateway', kind: 'unsigned' })

    await expect(query(bench.sdk, 'T1')).rejects.toThrow(TypeError)
  })

  it('given bad_sign, then the SDK refuses it when it validates', async () => {
    await paid()
    bench.sandbox.fault({ at: 'gateway', kind: 'bad_sign' })

    await expect(query(bench.sdk, 'T1')).rejects.toThrow('验签失败')
  })

  it('given replay_other_trade_response, then a genuine answer about another trade passes the SDK', async () => {
    await paid('T1')
    await paid('T2')
    await query(bench.sdk, 'T2')
    await query(bench.sdk, 'T3')
    bench.sandbox.fault({ at: 'gateway', kind: 'replay_other_trade_response', outTradeNo: 'T1' })

    expect(await query(bench.sdk, 'T1')).toMatchObject({ code: '10000', out_trade_no: 'T2' })
  })

  it('given nothing to replay, then the call fails plainly instead of answering the truth', async () => {
    await paid('T1')
    bench.sandbox.fault({ at: 'gateway', kind: 'replay_other_trade_response' })

    await expect(query(bench.sdk, 'T1')).rejects.toThrow('status: 500')
  })

  it('given wrong_amount_in_response, then the signed amount is one fen more', async () => {
    await paid()
    bench.sandbox.fault({ at: 'gateway', kind: 'wrong_amount_in_response' })

    expect(await query(bench.sdk, 'T1')).toMatchObject({ total_amount: '88.81', trade_status: 'TRADE_SUCCESS' })
    expect(await refund(bench.sdk, 'T1', '1.00', 'R1')).toMatchObject({ refund_fee: '1.01' })
  })

  it('given changed_answer, then the answer lags behind the truth, signed', async () => {
    await paid()
    bench.sandbox.fault({
      at: 'gateway',
      kind: 'changed_answer',
      fields: { trade_status: 'WAIT_BUYER_PAY', send_pay_date: undefined },
    })

    const answer = await query(bench.sdk, 'T1')
    expect(answer).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
    expect(answer).not.toHaveProperty('send_pay_date')
  })

  it('given sub_code, then the call is refused with it and not processed', async () => {
    await paid()
    onRefund({ at: 'gateway', kind: 'sub_code', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH', times: 1 })

    expect(await refund(bench.sdk, 'T1', '1.00', 'R1')).toMatchObject({
      code: '40004',
      sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH',
    })
    expect(refunds()).toBe(0)
    expect(await refund(bench.sdk, 'T1', '1.00', 'R1')).toMatchObject({ fund_change: 'Y' })
  })

  it('given sub_code under another code, then the rate limit can be told', async () => {
    bench.sandbox.fault({ at: 'gateway', kind: 'sub_code', gatewayCode: '40005', code: 'isv.call-limited' })

    expect(await queryUnverified(bench.sdk, 'T1')).toMatchObject({ code: '40005', msg: 'Call Limited' })
  })

  it.each([true, false])('given error_response, signed %s, then the SDK loses the reason', async (signed) => {
    bench.sandbox.fault({ at: 'gateway', kind: 'error_response', signed })

    await expect(query(bench.sdk, 'T1')).rejects.toThrow(signed ? '验签失败' : TypeError)
  })
})

describe('which calls a rule hits', () => {
  const outcomes = async (count: number): Promise<unknown[]> => {
    const seen = []
    for (let index = 0; index < count; index += 1) seen.push((await query(bench.sdk, 'T1')).code)
    return seen
  }
  const broken = { at: 'gateway', kind: 'unknown_error' } as const

  it.each<[string, Pick<FaultRule, 'nth' | 'times'>, string[]]>([
    ['neither nth nor times', {}, ['20000', '20000', '20000', '20000']],
    ['times 2', { times: 2 }, ['20000', '20000', '40004', '40004']],
    ['nth 2', { nth: 2 }, ['40004', '20000', '40004', '40004']],
    ['nth 2, times 2', { nth: 2, times: 2 }, ['40004', '20000', '20000', '40004']],
  ])('given %s, then four calls end %s', async (_what, match, expected) => {
    const fault = bench.sandbox.fault({ ...broken, ...match })

    expect(await outcomes(4)).toEqual(expected)
    expect(fault.hits).toBe(expected.filter((code) => code === '20000').length)
  })

  it('given a method and an order, then other calls are left alone', async () => {
    bench.sandbox.fault({ ...broken, method: 'alipay.trade.query', outTradeNo: 'T1' })

    expect((await query(bench.sdk, 'T1')).code).toBe('20000')
    expect((await query(bench.sdk, 'T2')).code).toBe('40004')
    expect((await call(bench.sdk, 'alipay.trade.close', { out_trade_no: 'T1' })).code).toBe('40004')
  })

  it('given a rule taken out, or all of them, then calls are answered again', async () => {
    const fault = bench.sandbox.fault(broken)
    fault.remove()
    expect(await outcomes(1)).toEqual(['40004'])

    bench.sandbox.fault(broken)
    bench.sandbox.clearFaults()
    expect(await outcomes(1)).toEqual(['40004'])
  })

  it('given a fault on the pay page, then the browser meets it', async () => {
    bench.sandbox.fault({ at: 'gateway', kind: 'http_status', status: 502, method: 'alipay.trade.wap.pay' })

    expect((await fetch(payAddress(bench.sdk, { out_trade_no: 'T1' }))).status).toBe(502)
  })
})
