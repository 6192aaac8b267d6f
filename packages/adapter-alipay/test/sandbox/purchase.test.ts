import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AlipaySandbox, startAlipaySandbox } from '../../sandbox/index.js'
import { keys, payAddress, query, refund, type Shop, sdkFor, startShop } from './support/merchant.js'

describe('a purchase through the unmodified alipay-sdk', () => {
  let sandbox: AlipaySandbox
  let shop: Shop

  beforeAll(async () => {
    sandbox = await startAlipaySandbox({ keys })
    shop = await startShop()
  })
  afterAll(async () => {
    await sandbox.stop()
    await shop.stop()
  })
  beforeEach(() => {
    sandbox.reset()
    shop.received.length = 0
    shop.answer = () => ({})
  })

  it('given an opened pay page, when the buyer has not confirmed, then the query says that no trade exists', async () => {
    const sdk = sdkFor(sandbox)
    await sandbox.buyer.openPayPage(payAddress(sdk, { out_trade_no: 'T1' }, { shop }))

    expect(await query(sdk, 'T1')).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST', out_trade_no: 'T1' })
  })

  it('given a subject with every awkward sign, when it is paid, then return address and notification verify', async () => {
    const sdk = sdkFor(sandbox)
    const subject = '测试😀 50% + 折 & <b>"x"</b>'

    const paid = await sandbox.buyer.pay(payAddress(sdk, { out_trade_no: 'T1', subject }, { shop }))
    await sandbox.settled()

    const returned = Object.fromEntries(new URL(paid.location ?? '').searchParams)
    expect(sdk.checkNotifySignV2(returned)).toBe(true)
    expect(returned).toMatchObject({ out_trade_no: 'T1', total_amount: '88.80', method: 'alipay.trade.wap.pay.return' })
    expect(returned).not.toHaveProperty('trade_status')
    const [notify] = shop.received
    expect(sdk.checkNotifySignV2(notify?.fields)).toBe(true)
    expect(notify?.fields).toMatchObject({ trade_status: 'TRADE_SUCCESS', subject, total_amount: '88.80' })
    expect(await query(sdk, 'T1')).toMatchObject({
      code: '10000',
      trade_status: 'TRADE_SUCCESS',
      total_amount: '88.80',
    })
  })

  it('given a paid trade, when it is refunded twice under one number, then money moves once', async () => {
    const sdk = sdkFor(sandbox)
    await sandbox.buyer.pay(payAddress(sdk, { out_trade_no: 'T1' }, { shop }))

    expect(await refund(sdk, 'T1', '8.80', 'R1')).toMatchObject({ code: '10000', fund_change: 'Y', refund_fee: '8.80' })
    expect(await refund(sdk, 'T1', '8.80', 'R1')).toMatchObject({ code: '10000', fund_change: 'N', refund_fee: '8.80' })
    expect(sandbox.trades.get('T1')?.refunds).toHaveLength(1)
  })
})
