import { createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startAlipaySandbox } from '../../sandbox/index.js'
import { givenSandbox } from './support/given.js'
import { keys, payAddress, query, sdkFor } from './support/merchant.js'

const bench = givenSandbox({ timestampToleranceMs: 600_000 })

const NOW = '2026-03-01 12:00:00'

const good = (): Record<string, string> => ({
  app_id: bench.sandbox.merchant.appId,
  method: 'alipay.trade.query',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: NOW,
  version: '1.0',
  biz_content: '{"out_trade_no":"T1"}',
})

/** A hand-made request, independent of the SDK and of the sandbox's own signing. */
function signed(parameters: Record<string, string>): URLSearchParams {
  const text = Object.keys(parameters)
    .filter((name) => parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&')
  const sign = createSign('RSA-SHA256').update(text).sign(keys.merchant.privateKey, 'base64')
  return new URLSearchParams({ ...parameters, sign })
}

async function send(
  query: URLSearchParams,
  body?: URLSearchParams,
): Promise<{ root: string; node: Record<string, string> }> {
  const init = body ? { method: 'POST', body } : {}
  const response = await fetch(`${bench.sandbox.merchant.gateway}?${query}`, init)
  expect(response.status).toBe(200)
  const answer = (await response.json()) as Record<string, Record<string, string>>
  const [root = ''] = Object.keys(answer)
  return { root, node: answer[root] ?? {} }
}

describe('the envelope of a request', () => {
  it('given a good request made by hand, then it reaches the business', async () => {
    const { root, node } = await send(signed(good()))

    expect(root).toBe('alipay_trade_query_response')
    expect(node).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' })
  })

  it.each([
    ['app_id', 'isv.missing-app-id', 'alipay_trade_query_response'],
    ['method', 'isv.missing-method', 'error_response'],
    ['sign_type', 'isv.missing-signature-type', 'alipay_trade_query_response'],
    ['timestamp', 'isv.missing-timestamp', 'alipay_trade_query_response'],
    ['version', 'isv.missing-version', 'alipay_trade_query_response'],
  ])('given no %s, then the answer is 40001 %s', async (name, subCode, expectedRoot) => {
    const { [name]: _dropped, ...rest } = good()

    const { root, node } = await send(signed(rest))

    expect(node).toMatchObject({ code: '40001', sub_code: subCode })
    expect(root).toBe(expectedRoot)
  })

  it('given no signature, then the answer is 40001 isv.missing-signature', async () => {
    const { node } = await send(new URLSearchParams(good()))

    expect(node).toMatchObject({ code: '40001', sub_code: 'isv.missing-signature' })
  })

  it.each([
    ['an unknown app', { app_id: '2021000000009999' }, 'isv.invalid-app-id'],
    ['a timestamp in another form', { timestamp: '2026-03-01T12:00:00Z' }, 'isv.invalid-timestamp'],
    ['a timestamp that is no date', { timestamp: '2026-02-31 12:00:00' }, 'isv.invalid-timestamp'],
    ['a timestamp of a process in UTC', { timestamp: '2026-03-01 04:00:00' }, 'isv.invalid-timestamp'],
    ['SHA-1', { sign_type: 'RSA' }, 'isv.invalid-signature-type'],
    ['another charset', { charset: 'GBK' }, 'isv.invalid-charset'],
    ['another version', { version: '2.0' }, 'isv.invalid-version'],
    ['an unknown method', { method: 'alipay.trade.steal' }, 'isv.invalid-method'],
    ['business content that is no object', { biz_content: '[1]' }, 'isv.invalid-parameter'],
  ])('given %s, then the answer is 40002', async (_what, change, subCode) => {
    const { node } = await send(signed({ ...good(), ...change }))

    expect(node).toMatchObject({ code: '40002', sub_code: subCode })
  })

  it('given a field that comes twice, then it is refused although the signature holds', async () => {
    const query = signed(good())
    query.append('biz_content', '{"out_trade_no":"T2"}')

    expect((await send(query)).node).toMatchObject({ code: '40002', sub_code: 'isv.invalid-parameter' })
  })

  it('given the charset in the body only, then the signature is called invalid, as Alipay does', async () => {
    const body = signed(good())
    const address = new URLSearchParams({ method: 'alipay.trade.query' })
    body.delete('method')

    expect((await send(address, body)).node.sub_msg).toContain('charset')
  })

  it('given an empty parameter, then it is left out of what is verified', async () => {
    const query = signed({ ...good(), app_auth_token: '' })

    expect((await send(query)).node.sub_code).toBe('ACQ.TRADE_NOT_EXIST')
  })

  it('given a changed value, then the answer names the text that was verified, HTML-escaped', async () => {
    const query = signed(good())
    query.set('biz_content', '{"out_trade_no":"T2"}')

    const { node } = await send(query)

    expect(node.sub_code).toBe('isv.invalid-signature')
    expect(node.sub_msg).toContain('biz_content={&quot;out_trade_no&quot;:&quot;T2&quot;}&amp;charset=utf-8')
    expect(bench.sandbox.requests()).toMatchObject([{ signature: 'invalid', outcome: 'isv.invalid-signature' }])
  })

  it('given a signature by another key, then server calls get an unsigned node and pages an HTML page', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    })
    const stranger = sdkFor(bench.sandbox, { privateKey: other.toString() })
    const parameters = { bizContent: { out_trade_no: 'T1' }, timestamp: NOW }

    const answer = await stranger.exec('alipay.trade.query', parameters)
    expect(answer).not.toHaveProperty('sign')
    const page = await bench.sandbox.buyer.openPayPage(stranger.pageExecute('alipay.trade.wap.pay', 'GET', parameters))

    expect(answer).toMatchObject({ code: '40002', sub_code: 'isv.invalid-signature' })
    expect(page).toMatchObject({ errorCode: 'isv.invalid-signature' })
    expect(page.html).toContain('调试错误，请回到请求来源地，重新发起请求')
  })
})

describe('the bytes of an answer', () => {
  it('given a slash in the answer, then it is escaped, signed as sent, and the SDK accepts it', async () => {
    const timestamp = NOW
    await bench.sandbox.buyer.login(
      bench.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
        bizContent: { out_trade_no: 'T1', total_amount: '1.00', subject: 's', passback_params: 'a/b' },
        timestamp,
      }),
    )
    const raw = await fetch(`${bench.sandbox.merchant.gateway}?${signed(good())}`)

    expect(raw.headers.get('content-type')).toBe('text/html;charset=utf-8')
    expect(raw.headers.get('trace_id')).toMatch(/^[0-9a-f]{32}$/)
    expect(await raw.text()).toContain('"passback_params":"a\\/b"')
    const parameters = { bizContent: { out_trade_no: 'T1' }, timestamp }
    expect(await bench.sdk.exec('alipay.trade.query', parameters, { validateSign: true })).toMatchObject({
      passback_params: 'a/b',
      traceId: expect.any(String),
    })
  })

  it('given requests, then the log shows them as they came, with the verdict and what was answered', async () => {
    const parameters = { bizContent: { out_trade_no: 'T9' }, timestamp: NOW }
    await bench.sdk.exec('alipay.trade.query', parameters)

    expect(bench.sandbox.requests()).toEqual([
      {
        at: bench.clock.now(),
        httpMethod: 'POST',
        target: expect.stringContaining('/gateway.do?method=alipay.trade.query'),
        body: expect.stringContaining('biz_content='),
        method: 'alipay.trade.query',
        outTradeNo: 'T9',
        signature: 'valid',
        resent: false,
        outcome: 'ACQ.TRADE_NOT_EXIST',
      },
    ])
  })

  it('given more requests than the limit, then the log keeps the newest', async () => {
    await using small = await startAlipaySandbox({ keys, historyLimit: 2 })
    const sdk = sdkFor(small)
    for (const number of ['T1', 'T2', 'T3', 'T4', 'T5']) await query(sdk, number)

    expect(small.requests().map(({ outTradeNo }) => outTradeNo)).toEqual(['T4', 'T5'])
  })

  it('given a body of more than a megabyte, then it is refused without being kept', async () => {
    const response = await fetch(bench.sandbox.merchant.gateway, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })

    expect(response.status).toBe(413)
    expect(bench.sandbox.requests()).toEqual([])
    expect(payAddress(bench.sdk, { out_trade_no: 'T1' })).toContain('/gateway.do?')
  })
})
