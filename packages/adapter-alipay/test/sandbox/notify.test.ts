import { createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS, startAlipaySandbox } from '../../sandbox/index.js'
import { givenSandbox, NOON } from './support/given.js'
import { close, keys, payAddress, refund, sdkFor } from './support/merchant.js'

const bench = givenSandbox()

const pay = async (order: Record<string, unknown> = {}, method = 'alipay.trade.wap.pay') => {
  await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1', ...order }, { ...bench, method }))
  await bench.sandbox.settled()
}

const fieldsAt = (index: number): Record<string, string> => bench.shop.received.at(index)?.fields ?? {}

const COMMON =
  'app_id auth_app_id buyer_id buyer_logon_id charset gmt_create notify_id notify_time notify_type out_trade_no seller_id sign sign_type subject total_amount trade_no trade_status version'

const names = (more: string): string[] => `${COMMON} ${more}`.split(' ').sort()

/** Written apart from the sandbox's own. */
const joined = (fields: Record<string, string>): string =>
  Object.keys(fields)
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')

describe('what a notification says', () => {
  it('given a payment, then it has the fields of a payment, none empty, and verifies', async () => {
    await pay({ body: '正文', passback_params: 'a%3D1%26b%3D2' })

    const fields = fieldsAt(0)
    expect(Object.keys(fields).sort()).toEqual(
      names(
        'body buyer_pay_amount fund_bill_list gmt_payment invoice_amount passback_params point_amount receipt_amount',
      ),
    )
    expect(fields).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      passback_params: 'a%3D1%26b%3D2',
      notify_time: '2026-03-01 12:00:00',
      gmt_payment: '2026-03-01 12:00:00',
      fund_bill_list: '[{"amount":"88.80","fundChannel":"ALIPAYACCOUNT"}]',
    })
    expect(bench.sdk.checkNotifySignV2(fields)).toBe(true)
  })

  it('given a partial and then a full refund, then each has refund fields, the total so far, and milliseconds', async () => {
    await pay()
    await refund(bench.sdk, 'T1', '8.80', 'R1')
    await refund(bench.sdk, 'T1', '80.00', 'R2')
    await bench.sandbox.settled()

    const [, partial, full] = bench.shop.received.map(({ fields }) => fields)
    expect(Object.keys(partial ?? {}).sort()).toEqual(names('gmt_payment gmt_refund out_biz_no refund_fee'))
    expect(partial).toMatchObject({ trade_status: 'TRADE_SUCCESS', refund_fee: '8.80', out_biz_no: 'R1' })
    expect(partial?.gmt_refund).toBe('2026-03-01 12:00:00.000')
    expect(Object.keys(full ?? {}).sort()).toEqual(names('gmt_close gmt_payment gmt_refund out_biz_no refund_fee'))
    expect(full).toMatchObject({ trade_status: 'TRADE_CLOSED', refund_fee: '88.80', out_biz_no: 'R2' })
  })

  it('given a full refund without a number, then out_biz_no is the trade number', async () => {
    await pay()
    await refund(bench.sdk, 'T1', '88.80')
    await bench.sandbox.settled()

    expect(fieldsAt(1).out_biz_no).toBe(bench.sandbox.trades.get('T1')?.tradeNo)
  })

  it('given an unpaid trade that is closed, then it has a closing time and no payment', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }, bench))
    await close(bench.sdk, 'T1')
    await bench.sandbox.settled()

    expect(Object.keys(fieldsAt(0)).sort()).toEqual(names('gmt_close'))
  })

  it('given a notification and a return address, then the signature leaves sign_type out, as real ones do', async () => {
    const { location = '' } = await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }, bench))
    await bench.sandbox.settled()

    for (const fields of [fieldsAt(0), Object.fromEntries(new URL(location).searchParams)]) {
      const { sign = '', sign_type, ...signed } = fields
      const verify = createVerify('RSA-SHA256').update(joined(signed))
      expect(sign_type).toBe('RSA2')
      expect(verify.verify(keys.alipay.publicKey, sign, 'base64')).toBe(true)
    }
  })

  it('given page.pay, then closing is not told, as with Alipay', async () => {
    const address = payAddress(bench.sdk, { out_trade_no: 'T1' }, { ...bench, method: 'alipay.trade.page.pay' })
    await bench.sandbox.buyer.login(address)
    await close(bench.sdk, 'T1')

    expect(bench.sandbox.notifications()).toEqual([])
  })

  it('given no notify_url, then nobody is told', async () => {
    await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }))

    expect(bench.sandbox.notifications()).toEqual([])
  })

  it.each(['50% off', 'a%20b', '课程😀', 'a+b&c=d', '"quoted"\nnewline', '<x>'])(
    'given the subject %j, then the notification verifies with it',
    async (subject) => {
      await pay({ subject })

      expect(fieldsAt(0).subject).toBe(subject)
      expect(bench.sdk.checkNotifySignV2(fieldsAt(0))).toBe(true)
    },
  )
})

describe('how a notification travels', () => {
  it('given one, then it carries the malformed content type and the user agent of Alipay', async () => {
    await pay()

    expect(bench.shop.received[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded; text/html; charset=UTF-8',
      'user-agent': 'Mozilla/4.0',
    })
  })

  it('given nobody acknowledges, then eight attempts come at the documented times, and then none', async () => {
    bench.shop.answer = () => ({ text: 'fail' })
    await pay()

    await bench.clock.advance(48 * 60 * 60_000)

    const minutes = bench.sandbox.notifications()[0]?.attempts.map(({ at }) => (at - NOON) / 60_000)
    expect(minutes).toEqual([0, 4, 14, 24, 84, 204, 564, 1464])
    expect(bench.shop.received).toHaveLength(8)
    expect(bench.sandbox.notifications()[0]?.state).toBe('given_up')
  })

  it('given a retry, then notify_id stays and notify_time and signature are new', async () => {
    bench.shop.answer = () => ({ text: bench.shop.received.length < 2 ? 'fail' : 'success' })
    await pay()

    await bench.clock.advance(60 * 60_000)

    const [first, second] = bench.shop.received.map(({ fields }) => fields)
    expect(bench.shop.received).toHaveLength(2)
    expect(second?.notify_id).toBe(first?.notify_id)
    expect(second?.notify_time).toBe('2026-03-01 12:04:00')
    expect(second?.sign).not.toBe(first?.sign)
    expect(bench.sdk.checkNotifySignV2(second)).toBe(true)
    expect(bench.sandbox.notifications()[0]?.state).toBe('acknowledged')
  })

  it.each([
    ['success with white space', { text: ' success\n' }, true],
    ['SUCCESS', { text: 'SUCCESS' }, false],
    ['success and more', { text: 'success!' }, false],
    ['success with status 201', { status: 201, text: 'success' }, false],
    ['success with status 500', { status: 500, text: 'success' }, false],
    ['nothing', { text: '' }, false],
  ])('given the answer %s, then it is an acknowledgement: %s %s', async (_what, answer, acknowledged) => {
    bench.shop.answer = () => answer
    await pay()

    expect(bench.sandbox.notifications()[0]?.attempts[0]?.acknowledged).toBe(acknowledged)
  })

  it('given a redirect, then it is not followed and counts as failed', async () => {
    bench.shop.answer = () => ({ status: 302, location: `${bench.shop.url}/elsewhere`, text: 'success' })
    await pay()

    expect(bench.shop.received).toHaveLength(1)
    expect(bench.sandbox.notifications()[0]?.attempts[0]).toMatchObject({ status: 302, acknowledged: false })
  })

  it('given no server at the address, then the attempt fails and is tried again', async () => {
    const address = bench.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
      bizContent: { out_trade_no: 'T1', total_amount: '1.00', subject: 's' },
      notifyUrl: 'http://127.0.0.1:1/notify',
    })
    await bench.sandbox.buyer.pay(address)
    await bench.sandbox.settled()
    await bench.clock.advance(4 * 60_000)

    expect(bench.sandbox.notifications()[0]?.attempts.map(({ answer }) => answer)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      expect.stringContaining('ECONNREFUSED'),
    ])
  })

  it('given a time scale, then the waits shrink with it', async () => {
    await using fast = await startAlipaySandbox({ keys, clock: bench.clock, notifyTimeScale: 1 / 60 })
    bench.shop.answer = () => ({ text: 'fail' })
    await fast.buyer.pay(payAddress(sdkFor(fast), { out_trade_no: 'T1' }, bench))
    await fast.settled()

    await bench.clock.advance(14_000)

    expect(fast.notifications()[0]?.attempts.map(({ at }) => at - NOON)).toEqual([0, 4000, 14_000])
    expect(RETRY_DELAYS_MS).toHaveLength(7)
  })

  it('given redeliver, then it is sent at once with the same number, acknowledged or not', async () => {
    await pay()
    const { notifyId = '' } = bench.sandbox.notifications()[0] ?? {}

    const attempt = await bench.sandbox.redeliver(notifyId)

    expect(attempt.acknowledged).toBe(true)
    expect(bench.shop.received.map(({ fields }) => fields.notify_id)).toEqual([notifyId, notifyId])
    await expect(bench.sandbox.redeliver('unknown')).rejects.toThrow('no notification unknown')
  })

  it('given redeliver between retries, then the rhythm of the retries stays', async () => {
    bench.shop.answer = () => ({ text: 'fail' })
    await pay()
    await bench.clock.advance(60_000)
    await bench.sandbox.redeliver(bench.sandbox.notifications()[0]?.notifyId ?? '')

    await bench.clock.advance(24 * 60_000)

    const minutes = bench.sandbox.notifications()[0]?.attempts.map(({ at }) => (at - NOON) / 60_000)
    expect(minutes).toEqual([0, 1, 4, 14, 24])
  })
})

describe('signNotify', () => {
  it('given fields, then the common ones are filled in and the SDK accepts the body', () => {
    const body = bench.sandbox.signNotify({ out_trade_no: 'T1', trade_status: 'TRADE_SUCCESS', subject: '50% + 折' })

    const fields = Object.fromEntries(new URLSearchParams(body))
    expect(bench.sdk.checkNotifySignV2(fields)).toBe(true)
    expect(fields).toMatchObject({ app_id: bench.sandbox.merchant.appId, sign_type: 'RSA2', subject: '50% + 折' })
  })

  it('given overrides, then they win, and an undefined or empty one leaves the field out', () => {
    const body = bench.sandbox.signNotify({ app_id: 'other', seller_id: undefined, version: '' })

    const fields = Object.fromEntries(new URLSearchParams(body))
    expect(fields.app_id).toBe('other')
    expect(fields).not.toHaveProperty('seller_id')
    expect(fields).not.toHaveProperty('version')
  })

  it('given another key, then the SDK refuses it; given SHA-1, then it is a genuine SHA-1 signature', () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const forged = Object.fromEntries(new URLSearchParams(bench.sandbox.signNotify({ out_trade_no: 'T1' }, { key })))
    const pem = keys.alipay.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const sha1 = Object.fromEntries(
      new URLSearchParams(bench.sandbox.signNotify({ out_trade_no: 'T1' }, { key: pem, signType: 'RSA' })),
    )

    expect(bench.sdk.checkNotifySignV2(forged)).toBe(false)
    const { sign, sign_type, ...signed } = sha1
    expect(sign_type).toBe('RSA')
    expect(sign).toBe(createSign('RSA-SHA1').update(joined(signed)).sign(keys.alipay.privateKey, 'base64'))
  })

  it('given includeSignType, then sign_type is part of what is signed', () => {
    const plain = new URLSearchParams(bench.sandbox.signNotify({ notify_id: '1' }))
    const included = new URLSearchParams(bench.sandbox.signNotify({ notify_id: '1' }, { includeSignType: true }))

    expect(included.get('sign')).not.toBe(plain.get('sign'))
    expect(bench.sdk.checkNotifySignV2(Object.fromEntries(included))).toBe(true)
  })
})
