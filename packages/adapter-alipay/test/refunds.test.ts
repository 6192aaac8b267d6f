import { describe, expect, it } from 'vitest'
import { ANSWER_CODE_EXPLANATIONS, explainAnswerCode } from '../src/index.js'
import { openShop } from './support/shop.js'

describe('a refund', () => {
  const order = { amount: 900 as never, reason: 'surplus', outRequestNo: 'R1' }

  it('given a paid trade, then money goes back once, however often the same number is sent', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    expect(await shop.gateway.queryRefund(attempt.payNo, 'R1')).toMatchObject({ kind: 'absent' })
    expect(await shop.gateway.refund({ ...order, payNo: attempt.payNo })).toMatchObject({ kind: 'succeeded' })
    expect(await shop.gateway.refund({ ...order, payNo: attempt.payNo })).toMatchObject({ kind: 'accepted' })
    expect(await shop.gateway.queryRefund(attempt.payNo, 'R1')).toMatchObject({ kind: 'succeeded', amount: 900 })
    expect(shop.sandbox.trades.get(attempt.payNo)?.refunds).toHaveLength(1)
  })

  it('given a connection that breaks after booking, then the outcome is unknown, and a repeat moves money once', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    shop.sandbox.fault({ at: 'gateway', kind: 'reset_after_processing', method: 'alipay.trade.refund', nth: 1 })
    expect((await shop.gateway.refund({ ...order, payNo: attempt.payNo })).kind).toBe('unknown')
    expect((await shop.gateway.refund({ ...order, payNo: attempt.payNo })).kind).toBe('accepted')
    expect(shop.sandbox.trades.get(attempt.payNo)?.refunds).toHaveLength(1)
  })

  it('given more than was paid, then refused; given an unknown error, then unknown', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    const tooMuch = { ...order, payNo: attempt.payNo, amount: 9_901 as never }
    expect((await shop.gateway.refund(tooMuch)).kind).toBe('refused')
    shop.sandbox.fault({ at: 'gateway', kind: 'unknown_error', processed: true })
    expect((await shop.gateway.refund({ ...order, payNo: attempt.payNo })).kind).toBe('unknown')
  })
})

describe('a no to a refund', () => {
  it.each([
    ['ACQ.SYSTEM_ERROR', 'unknown'],
    // A code that is on no list of ours, or a fault of Alipay's gateway, promises nothing.
    ['aop.ACQ.SYSTEM_ERROR', 'unknown'],
    ['ACQ.SOMETHING_NEW', 'unknown'],
    // The account may be filled up; the same number then goes through.
    ['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'unknown'],
    // Perhaps closed by this very refund, whose first answer was lost.
    ['ACQ.TRADE_HAS_CLOSE', 'trade_closed'],
    ['ACQ.TRADE_HAS_FINISHED', 'refused'],
    ['ACQ.REASON_TRADE_REFUND_FEE_ERR', 'refused'],
  ])('given %s, then the outcome is %s', async (code, kind) => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    shop.sandbox.fault({ at: 'gateway', kind: 'sub_code', code, method: 'alipay.trade.refund' })
    const order = { payNo: attempt.payNo, amount: 900 as never, reason: 'surplus', outRequestNo: 'R1' }
    expect((await shop.gateway.refund(order)).kind).toBe(kind)
  })
})

describe('a trade that is closed', () => {
  it('given a refund of it, then the answer says so, and the refund query knows no refund of that number', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    shop.sandbox.refundInConsole(attempt.payNo)
    const order = { payNo: attempt.payNo, amount: 900 as never, reason: 'surplus', outRequestNo: 'R1' }
    expect(await shop.gateway.refund(order)).toMatchObject({ kind: 'trade_closed' })
    expect(await shop.gateway.queryRefund(attempt.payNo, 'R1')).toMatchObject({ kind: 'absent' })
    shop.sandbox.fault({ at: 'gateway', kind: 'sub_code', code: 'ACQ.TRADE_HAS_CLOSE' })
    expect(await shop.gateway.queryRefund(attempt.payNo, 'R1')).toMatchObject({ kind: 'absent' })
  })
})

describe("a refund in Alipay's console", () => {
  it.each([
    ['all of it', undefined, 9_900, 'closed'],
    ['a part', 100, 100, 'paid'],
  ] as const)(
    'given %s, then the notification is genuine and names the number to query by',
    async (_, amountFen, refunded, status) => {
      await using shop = await openShop()
      const attempt = shop.attempt()
      await shop.pay(attempt)
      shop.sandbox.refundInConsole(attempt.payNo, amountFen === undefined ? {} : { amountFen })
      await shop.sandbox.settled()
      const reading = await shop.notifyReader.read(shop.inbox.bodies.at(-1) ?? new Uint8Array())
      expect(reading).toMatchObject({ evidence: { tradeStatus: status, refundedAmount: refunded } })
      const number = reading.kind === 'genuine' ? (reading.evidence.refundRequestNo ?? '') : ''
      expect(await shop.gateway.queryRefund(attempt.payNo, number)).toMatchObject({
        kind: 'succeeded',
        amount: refunded,
      })
    },
  )

  it('given more than is left, then the sandbox refuses', async () => {
    await using shop = await openShop()
    const attempt = shop.attempt()
    await shop.pay(attempt)
    expect(() => shop.sandbox.refundInConsole(attempt.payNo, { amountFen: 9_901 })).toThrow(/9900 fen left/)
    expect(() => shop.sandbox.refundInConsole('none')).toThrow(/no trade/)
  })
})

describe('a refusal of the gateway itself', () => {
  it.each([false, true])('given it is signed: %s, then the reason names its codes', async (signsRefusals) => {
    await using shop = await openShop({ signsRefusals }, { appId: '2021000000009999' })
    const { payNo } = shop.attempt()
    const answer = await shop.gateway.query(payNo)
    expect(answer).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('40002 isv.invalid-app-id') })
    expect(explainAnswerCode(answer.kind === 'unknown' ? answer.reason : '')?.meaning).toContain('ALIPAY_APP_ID')
    const text = new TextDecoder().decode(answer.body)
    expect(text.includes('"sign"')).toBe(signsRefusals)
  })
})

describe('the common codes', () => {
  it('have each a meaning and a remedy, and are found in a reason', () => {
    expect(ANSWER_CODE_EXPLANATIONS.length).toBeGreaterThanOrEqual(20)
    expect(new Set(ANSWER_CODE_EXPLANATIONS.map(({ code }) => code)).size).toBe(ANSWER_CODE_EXPLANATIONS.length)
    for (const each of ANSWER_CODE_EXPLANATIONS) {
      expect(explainAnswerCode(`unsigned answer 40002 ${each.code}`)).toBe(each)
      expect(`${each.meaning} ${each.remedy}`).toMatch(/^[A-Z].*\. .*\.$/)
    }
    expect(explainAnswerCode('isv.missing-app-cert-sn')?.code).toBe('isv.missing-app-cert')
    expect(explainAnswerCode('HTTP status 500')).toBeNull()
  })
})
