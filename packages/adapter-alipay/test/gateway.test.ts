import { describe, expect, it } from 'vitest'
import { type GatewayFault, generateRsaKeyPair } from '../sandbox/index.js'
import { keys, openShop } from './support/shop.js'

const query = 'alipay.trade.query'

describe('the pay page', () => {
  it.each([
    '50% off',
    'a &amp; b &copy; &lt;',
    `"quotes" 'and' \\slashes/`,
    '<script>alert(1)</script>',
    'emoji 😀 中文 ©',
    'a+b=c&d#e?f',
  ])(
    'given the subject %s, then it reaches Alipay unchanged and the cashier shows it harmlessly',
    async (orderName) => {
      await using shop = await openShop()
      const attempt = shop.attempt({ orderName })
      const page = await shop.sandbox.buyer.openPayPage((await shop.gateway.payPage(attempt)).url)
      expect(page.html).not.toContain('<script>alert')
      await shop.pay(attempt)
      expect(shop.sandbox.trades.get(attempt.payNo)?.subject).toBe(orderName)
    },
  )

  it('given one attempt, when the page is made twice, then what is signed is the same but for the time stamp', async () => {
    await using shop = await openShop()
    const contents = await Promise.all(
      [1, 2].map(
        async () => new URL((await shop.gateway.payPage(shop.attempt({ expireDate: 1_900_000_000_000 }))).url),
      ),
    )
    expect(contents.map((url) => JSON.parse(url.searchParams.get('biz_content') ?? ''))).toEqual(
      Array(2).fill({
        out_trade_no: '7123456789012345678',
        total_amount: '99.00',
        subject: 'Java 高级',
        product_code: 'QUICK_WAP_WAY',
        time_expire: '2030-03-18 01:46:40',
      }),
    )
    expect(contents[0]?.searchParams.has('return_url')).toBe(false)
  })

  it('given the product "page", then the same attempt goes to the cashier of desktops', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    const { searchParams } = new URL((await shop.gateway.payPage(attempt, 'page')).url)
    expect(searchParams.get('method')).toBe('alipay.trade.page.pay')
    expect(JSON.parse(searchParams.get('biz_content') ?? '')).toMatchObject({
      out_trade_no: attempt.payNo,
      total_amount: '99.00',
      product_code: 'FAST_INSTANT_TRADE_PAY',
    })
  })

  it('given an attempt that has run out, then the cashier refuses it by what was signed', async () => {
    await using shop = await openShop()
    const { url } = await shop.gateway.payPage(shop.attempt({ expireDate: Date.now() - 1_000 }))
    expect((await shop.sandbox.buyer.pay(url)).result).toBe('refused')
  })
})

describe('a query', () => {
  it('given no trade, a waiting one and a paid one, then it says so, with the amount in fen', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    expect(await shop.gateway.query(attempt.payNo)).toMatchObject({ kind: 'no_trade' })
    await shop.sandbox.buyer.login((await shop.gateway.payPage(attempt)).url)
    expect(await shop.gateway.query(attempt.payNo)).toMatchObject({ evidence: { tradeStatus: 'waiting' } })
    await shop.pay(attempt)
    expect(await shop.gateway.query(attempt.payNo)).toMatchObject({
      kind: 'evidence',
      evidence: { source: 'query', tradeStatus: 'paid', totalAmount: 9_900, outTradeNo: attempt.payNo },
    })
  })

  it('given a clear answer, then its text is kept as it came', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    const answer = await shop.gateway.query(attempt.payNo)
    const text = answer.kind === 'evidence' ? new TextDecoder().decode(answer.body) : ''
    expect(text).toMatch(/^\{"alipay_trade_query_response":\{.*\},"sign":"[^"]+"\}$/)
  })

  const faults: GatewayFault[] = [
    { at: 'gateway', kind: 'http_status', status: 500 },
    { at: 'gateway', kind: 'hang' },
    { at: 'gateway', kind: 'reset_before_processing' },
    { at: 'gateway', kind: 'html_body' },
    { at: 'gateway', kind: 'empty_body' },
    { at: 'gateway', kind: 'truncate' },
    { at: 'gateway', kind: 'unknown_error' },
    { at: 'gateway', kind: 'system_error' },
    { at: 'gateway', kind: 'unsigned' },
    { at: 'gateway', kind: 'bad_sign' },
    { at: 'gateway', kind: 'error_response', signed: false },
    { at: 'gateway', kind: 'error_response', signed: true },
    { at: 'gateway', kind: 'sub_code', code: 'isv.invalid-signature', gatewayCode: '40002' },
    { at: 'gateway', kind: 'changed_answer', fields: { total_amount: undefined } },
  ]
  it.each(faults.map((fault) => [fault.kind, fault] as const))(
    'given %s, then the outcome is unknown',
    async (_, fault) => {
      await using shop = await openShop()
      const attempt = shop.attempt()
      await shop.pay(attempt)
      shop.sandbox.fault({ ...fault, method: query })
      const answer = await shop.gateway.query(attempt.payNo)
      expect(answer.kind).toBe('unknown')
      expect(JSON.stringify({ ...answer, body: null })).not.toMatch(/sign"|buyer|MII/)
    },
  )

  it.each(['plain', 'escaped'] as const)(
    'given an unsigned node behind the signed one, its name %s, then nothing of it is read',
    async (spelling) => {
      await using shop = await openShop()
      const attempt = shop.attempt()
      const { payNo } = attempt
      const trade = { code: '10000', out_trade_no: payNo, trade_no: '2026', trade_status: 'TRADE_SUCCESS' }
      const refund = { out_request_no: 'R1', refund_status: 'REFUND_SUCCESS', refund_amount: '99.00', fund_change: 'Y' }
      const fields = { ...trade, ...refund, total_amount: '99.00' }
      shop.sandbox.fault({ at: 'gateway', kind: 'appended_node', fields, spelling })
      expect((await shop.gateway.query(payNo)).kind).toBe('unknown')
      expect((await shop.gateway.close(payNo)).kind).toBe('unknown')
      await shop.pay(attempt)
      expect((await shop.gateway.queryRefund(payNo, 'R1')).kind).toBe('unknown')
      const tooMuch = { payNo, amount: 9_901 as never, reason: 'surplus', outRequestNo: 'R1' }
      expect((await shop.gateway.refund(tooMuch)).kind).toBe('unknown')
    },
  )

  it('given the answer of a query under the name of a close or a refund query, then it is none', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    const fields = { code: '10000', sub_code: undefined, total_amount: '99.00', trade_status: 'TRADE_SUCCESS' }
    shop.sandbox.fault({ at: 'gateway', kind: 'changed_answer', fields })
    expect(await shop.gateway.close(attempt.payNo)).toMatchObject({ reason: 'answer is that of another method' })
    expect(await shop.gateway.queryRefund(attempt.payNo, 'R1')).toMatchObject({
      reason: 'answer is that of another method',
    })
  })

  it("given another trade's genuine answer, then the outcome is unknown", async () => {
    await using shop = await openShop()
    const [paid, other] = [shop.attempt(), shop.attempt({ payNo: '7000000000000000001' as never })]
    await shop.pay(paid)
    await shop.gateway.query(paid.payNo)
    await shop.sandbox.buyer.login((await shop.gateway.payPage(other)).url)
    shop.sandbox.fault({ at: 'gateway', kind: 'replay_other_trade_response', method: query })
    expect((await shop.gateway.query(other.payNo)).kind).toBe('unknown')
  })

  it.each([
    [
      'a redirect',
      { at: 'gateway', kind: 'http_status', status: 302, location: 'http://127.0.0.1:1/' },
      'HTTP status 302',
    ],
    [
      'an endless answer',
      { at: 'gateway', kind: 'long_answer', bytes: 300_000 },
      'The answer is larger than 262144 bytes.',
    ],
  ] as const)('given %s, then nobody else is called and the outcome is unknown', async (_, fault, reason) => {
    await using shop = await openShop()
    shop.sandbox.fault(fault)
    expect(await shop.gateway.query(shop.attempt().payNo)).toEqual({ kind: 'unknown', reason })
  })

  it('given an answer that drips in for ever, then the deadline ends it', async () => {
    await using shop = await openShop({}, { timeoutMs: 400 })
    const attempt = shop.attempt()
    await shop.pay(attempt)
    shop.sandbox.fault({ at: 'gateway', kind: 'drip', bytes: 8, ms: 50 })
    expect(await shop.gateway.query(attempt.payNo)).toEqual({
      kind: 'unknown',
      reason: 'No whole answer arrived within 400 ms.',
    })
  })

  it('given a wrong amount that Alipay signed, then it is handed on for the gate to refuse', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    shop.sandbox.fault({ at: 'gateway', kind: 'wrong_amount_in_response', method: query })
    expect(await shop.gateway.query(attempt.payNo)).toMatchObject({ evidence: { totalAmount: 9_901 } })
  })
})

describe('what an answer was made of', () => {
  it.each([
    ['a page of HTML', { at: 'gateway', kind: 'html_body' }, '<html'],
    ['a genuine no', { at: 'gateway', kind: 'sub_code', code: 'ACQ.SYSTEM_ERROR' }, 'ACQ.SYSTEM_ERROR'],
    ['a bad signature', { at: 'gateway', kind: 'bad_sign' }, '"sign"'],
  ] as const)('given %s, then its bytes are kept', async (_, fault, part) => {
    await using shop = await openShop()
    shop.sandbox.fault(fault)
    const { body } = await shop.gateway.query(shop.attempt().payNo)
    expect(new TextDecoder().decode(body)).toContain(part)
  })
})

describe('close', () => {
  it('given no trade, a waiting and a paid one, then it is no_trade, closed, not_closable', async () => {
    await using shop = await openShop()
    const [waiting, paid] = [shop.attempt(), shop.attempt({ payNo: '7000000000000000001' as never })]
    expect(await shop.gateway.close(waiting.payNo)).toMatchObject({ kind: 'no_trade' })
    await shop.sandbox.buyer.login((await shop.gateway.payPage(waiting)).url)
    expect(await shop.gateway.close(waiting.payNo)).toMatchObject({ kind: 'closed' })
    await shop.pay(paid)
    expect(await shop.gateway.close(paid.payNo)).toMatchObject({ kind: 'not_closable' })
  })
})

describe("Alipay's keys overlap", () => {
  it.each(['alipayPublicKey', 'otherAlipayPublicKey'] as const)(
    "given two of Alipay's keys of which it signs with %s, then its answers and notifications verify",
    async (signing) => {
      const former = (await generateRsaKeyPair()).publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const theirs = keys.alipay.publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const both = { alipayPublicKey: former, otherAlipayPublicKey: former, [signing]: theirs }
      await using shop = await openShop({}, both)
      const attempt = shop.attempt()
      await shop.pay(attempt)
      expect(await shop.gateway.query(attempt.payNo)).toMatchObject({ evidence: { tradeStatus: 'paid' } })
      expect(await shop.notifyReader.read(shop.inbox.bodies[0] ?? new Uint8Array())).toMatchObject({ kind: 'genuine' })
      shop.sandbox.fault({ at: 'gateway', kind: 'bad_sign' })
      expect((await shop.gateway.query(attempt.payNo)).kind).toBe('unknown')
    },
  )
})

describe('certificate mode', () => {
  it('given certificates instead of keys, then a purchase goes through and its notification verifies', async () => {
    await using shop = await openShop({ certificates: true })
    const attempt = shop.attempt()
    await shop.pay(attempt)
    expect(await shop.gateway.query(attempt.payNo)).toMatchObject({ evidence: { tradeStatus: 'paid' } })
    expect(await shop.notifyReader.read(shop.inbox.bodies[0] ?? new Uint8Array())).toMatchObject({ kind: 'genuine' })
  })
})
