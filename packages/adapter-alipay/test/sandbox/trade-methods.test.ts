import { describe, expect, it } from 'vitest'
import { givenSandbox } from './support/given.js'
import { call, close, payAddress, query, refund } from './support/merchant.js'

const bench = givenSandbox()

const given = (status: 'waiting' | 'paid', outTradeNo = 'T1') =>
  bench.sandbox.buyer[status === 'paid' ? 'pay' : 'login'](payAddress(bench.sdk, { out_trade_no: outTradeNo }, bench))

const refundQuery = (outRequestNo: string, outTradeNo = 'T1') =>
  call(bench.sdk, 'alipay.trade.fastpay.refund.query', { out_trade_no: outTradeNo, out_request_no: outRequestNo })

describe('alipay.trade.query', () => {
  it('given a paid trade, then the answer has what Alipay answers, without the subject', async () => {
    await given('paid')

    expect(await query(bench.sdk, 'T1')).toEqual({
      code: '10000',
      msg: 'Success',
      traceId: expect.any(String),
      trade_no: bench.sandbox.trades.get('T1')?.tradeNo,
      out_trade_no: 'T1',
      trade_status: 'TRADE_SUCCESS',
      total_amount: '88.80',
      buyer_user_id: '2088000000000001',
      buyer_logon_id: '159****5620',
      buyer_user_type: 'PRIVATE',
      buyer_pay_amount: '88.80',
      invoice_amount: '88.80',
      point_amount: '0.00',
      receipt_amount: '88.80',
      send_pay_date: '2026-03-01 12:00:00',
    })
  })

  it('given both numbers, then trade_no wins; given none, then the parameter is invalid', async () => {
    await given('paid', 'T1')
    await given('waiting', 'T2')
    const { tradeNo } = bench.sandbox.trades.get('T2') ?? {}

    const both = await call(bench.sdk, 'alipay.trade.query', { out_trade_no: 'T1', trade_no: tradeNo })
    const none = await call(bench.sdk, 'alipay.trade.query', {})

    expect(both).toMatchObject({ out_trade_no: 'T2' })
    expect(none).toMatchObject({ code: '40004', sub_code: 'ACQ.INVALID_PARAMETER' })
  })

  it('given no trade, then the answer carries the zero amounts of the real one', async () => {
    expect(await query(bench.sdk, 'T1')).toMatchObject({
      code: '40004',
      msg: 'Business Failed',
      sub_code: 'ACQ.TRADE_NOT_EXIST',
      sub_msg: '交易不存在',
      buyer_pay_amount: '0.00',
      out_trade_no: 'T1',
    })
  })
})

describe('alipay.trade.close', () => {
  it('given a waiting trade, then it is closed once, and the merchant is told without refund fields', async () => {
    await given('waiting')

    expect(await close(bench.sdk, 'T1')).toMatchObject({ code: '10000', out_trade_no: 'T1' })
    expect(await close(bench.sdk, 'T1')).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_STATUS_ERROR' })
    await bench.sandbox.settled()
    expect(bench.shop.received.map(({ fields }) => fields.trade_status)).toEqual(['TRADE_CLOSED'])
    expect(bench.shop.received[0]?.fields).not.toHaveProperty('refund_fee')
  })

  it('given a notify_url of its own, then the notification goes there', async () => {
    await given('waiting')

    const notifyUrl = `${bench.shop.url}/closed`
    await bench.sdk.exec('alipay.trade.close', { notifyUrl, bizContent: { out_trade_no: 'T1' } })

    expect(bench.sandbox.notifications().map(({ url }) => url)).toEqual([notifyUrl])
  })

  it('given a paid trade, then it is refused', async () => {
    await given('paid')

    expect(await close(bench.sdk, 'T1')).toMatchObject({ sub_code: 'ACQ.TRADE_STATUS_ERROR' })
    expect(bench.sandbox.trades.get('T1')?.status).toBe('TRADE_SUCCESS')
  })

  it('given a cashier that made no trade yet, then closing cannot reach it and it can be paid afterwards', async () => {
    const { url } = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    expect(await close(bench.sdk, 'T1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ result: 'paid' })
  })
})

describe('alipay.trade.refund', () => {
  it('given parts, then refund_fee is the total so far, and the last fen closes the trade', async () => {
    await given('paid')

    expect(await refund(bench.sdk, 'T1', '8.80', 'R1')).toMatchObject({ fund_change: 'Y', refund_fee: '8.80' })
    expect(bench.sandbox.trades.get('T1')?.status).toBe('TRADE_SUCCESS')
    expect(await refund(bench.sdk, 'T1', '80.00', 'R2')).toMatchObject({ fund_change: 'Y', refund_fee: '88.80' })
    expect(bench.sandbox.trades.get('T1')?.status).toBe('TRADE_CLOSED')
  })

  it('given a repeated number, then no money moves, after the trade is closed too', async () => {
    await given('paid')
    await refund(bench.sdk, 'T1', '88.80', 'R1')

    expect(await refund(bench.sdk, 'T1', '88.80', 'R1')).toMatchObject({
      code: '10000',
      fund_change: 'N',
      refund_fee: '88.80',
    })
    expect(bench.sandbox.trades.get('T1')?.refundedFen).toBe(8880)
  })

  it.each([
    ['a repeated number with another amount', '1.01', 'R1', 'ACQ.DISCORDANT_REPEAT_REQUEST'],
    ['more than is left', '87.81', 'R2', 'ACQ.REASON_TRADE_REFUND_FEE_ERR'],
    ['a part without a number', '1.00', undefined, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL'],
    ['no amount', '0.00', 'R2', 'ACQ.INVALID_PARAMETER'],
    ['a third decimal', '1.005', 'R2', 'ACQ.INVALID_PARAMETER'],
    ['a number of 65 characters', '1.00', 'R'.repeat(65), 'ACQ.INVALID_PARAMETER'],
  ])('given one yuan is refunded as R1, when %s comes, then it is refused', async (_what, amount, number, subCode) => {
    await given('paid')
    await refund(bench.sdk, 'T1', '1.00', 'R1')

    expect(await refund(bench.sdk, 'T1', amount, number)).toMatchObject({ code: '40004', sub_code: subCode })
    expect(bench.sandbox.trades.get('T1')?.refundedFen).toBe(100)
  })

  it('given the whole amount without a number, then it is booked once under the order number', async () => {
    await given('paid')

    expect(await refund(bench.sdk, 'T1', '88.80')).toMatchObject({ fund_change: 'Y' })
    expect(await refund(bench.sdk, 'T1', '88.80')).toMatchObject({ fund_change: 'N' })
    expect(await refundQuery('T1')).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '88.80' })
  })

  it('given a trade that is unpaid, closed, finished or unknown, then each has its own code', async () => {
    await given('waiting', 'W')
    await given('waiting', 'C')
    await close(bench.sdk, 'C')
    await given('paid', 'F')
    bench.sandbox.finish('F')

    const codes = await Promise.all(['W', 'C', 'F', 'X'].map((number) => refund(bench.sdk, number, '1.00', 'R1')))

    expect(codes.map((answer) => answer.sub_code)).toEqual([
      'ACQ.TRADE_STATUS_ERROR',
      'ACQ.TRADE_HAS_CLOSE',
      'ACQ.TRADE_HAS_FINISHED',
      'ACQ.TRADE_NOT_EXIST',
    ])
  })

  it('given ten refunds of the whole at once, then one moves money', async () => {
    await given('paid')

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refund(bench.sdk, 'T1', '88.80', `R${index}`)),
    )

    expect(answers.filter(({ fund_change }) => fund_change === 'Y')).toHaveLength(1)
    expect(bench.sandbox.trades.get('T1')?.refundedFen).toBe(8880)
  })
})

describe('alipay.trade.fastpay.refund.query', () => {
  it('given a booked refund, then it is told; given an unknown one, then 10000 without a status', async () => {
    await given('paid')
    await refund(bench.sdk, 'T1', '8.80', 'R1')
    await refund(bench.sdk, 'T1', '1.20', 'R2')

    expect(await refundQuery('R2')).toMatchObject({
      code: '10000',
      out_request_no: 'R2',
      total_amount: '88.80',
      refund_amount: '1.20',
      refund_status: 'REFUND_SUCCESS',
    })
    const unknown = await refundQuery('R3')
    expect(unknown.code).toBe('10000')
    expect(unknown).not.toHaveProperty('refund_status')
  })

  it('given no number or no trade, then it is refused', async () => {
    expect(await refundQuery('')).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' })
    expect(await refundQuery('R1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  })
})

describe('the controls', () => {
  it('given finish, then the trade is finished and told; given it again, then it is refused', async () => {
    await given('paid')

    expect(bench.sandbox.finish('T1').status).toBe('TRADE_FINISHED')
    await bench.sandbox.settled()
    expect(bench.shop.received.at(-1)?.fields.trade_status).toBe('TRADE_FINISHED')
    expect(() => bench.sandbox.finish('T1')).toThrow('is TRADE_FINISHED')
    expect(() => bench.sandbox.finish('T9')).toThrow('no trade T9')
  })

  it('given expire, then open pages refuse and a waiting trade is closed', async () => {
    const { url } = await bench.sandbox.buyer.openPayPage(payAddress(bench.sdk, { out_trade_no: 'T1' }))
    await given('waiting', 'T2')

    bench.sandbox.expire('T1')
    bench.sandbox.expire('T2')

    expect(await bench.sandbox.buyer.pay(url)).toMatchObject({ errorCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR' })
    expect(bench.sandbox.trades.get('T2')?.status).toBe('TRADE_CLOSED')
  })

  it('given closeByTimeout, then a waiting trade is closed and a paid one is not', async () => {
    await given('waiting', 'T1')
    await given('paid', 'T2')

    expect(bench.sandbox.closeByTimeout('T1').status).toBe('TRADE_CLOSED')
    expect(() => bench.sandbox.closeByTimeout('T2')).toThrow('is TRADE_SUCCESS')
  })
})
