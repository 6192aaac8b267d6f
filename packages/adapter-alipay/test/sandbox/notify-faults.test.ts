import { describe, expect, it } from 'vitest'
import type { NotifyFault } from '../../sandbox/index.js'
import { givenSandbox } from './support/given.js'
import { payAddress, refund } from './support/merchant.js'

const bench = givenSandbox()

const pay = async (outTradeNo = 'T1') => {
  await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: outTradeNo }, bench))
  await bench.sandbox.settled()
}

/** Pays under one fault and returns the fields that arrived. */
async function payUnder(fault: NotifyFault): Promise<Record<string, string>> {
  bench.sandbox.fault(fault)
  await pay()
  return bench.shop.received[0]?.fields ?? {}
}

const verifies = (fields: Record<string, string>): boolean => bench.sdk.checkNotifySignV2(fields)

describe('notifications that come late, never, twice or out of order', () => {
  it('given the first two are dropped, then the third attempt arrives after fourteen minutes', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'drop', times: 2 })
    await pay()
    await bench.clock.advance(13 * 60_000)
    expect(bench.shop.received).toHaveLength(0)

    await bench.clock.advance(60_000)

    expect(bench.shop.received).toHaveLength(1)
  })

  it('given all are dropped, then nothing ever arrives', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'drop' })
    await pay()

    await bench.clock.advance(48 * 60 * 60_000)

    expect(bench.shop.received).toHaveLength(0)
    expect(bench.sandbox.notifications()[0]).toMatchObject({ state: 'given_up', attempts: { length: 8 } })
  })

  it('given duplicate, then the same bytes arrive at once that many times', async () => {
    await payUnder({ at: 'notify', kind: 'duplicate', copies: 5 })

    expect(bench.shop.received).toHaveLength(5)
    expect(new Set(bench.shop.received.map(({ raw }) => raw)).size).toBe(1)
    expect(bench.sandbox.notifications()[0]?.attempts).toHaveLength(1)
  })

  it('given delay, then it arrives that much later, signed for then', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'delay', ms: 90_000 })
    await pay()
    expect(bench.shop.received).toHaveLength(0)

    await bench.clock.advance(90_000)

    expect(bench.shop.received[0]?.fields.notify_time).toBe('2026-03-01 12:01:30')
  })

  it('given reorder, then the payment is told after the refund', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'reorder', event: 'paid' })
    await pay()
    await refund(bench.sdk, 'T1', '88.80', 'R1')
    await bench.sandbox.settled()

    expect(bench.shop.received.map(({ fields }) => fields.trade_status)).toEqual(['TRADE_CLOSED', 'TRADE_SUCCESS'])
  })

  it('given a rule for one event, then the others are told', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'drop', event: 'refunded' })
    await pay()
    await refund(bench.sdk, 'T1', '1.00', 'R1')
    await bench.sandbox.settled()

    expect(bench.shop.received).toHaveLength(1)
  })
})

describe('notifications that are false', () => {
  it('given bad_sign, then it does not verify', async () => {
    expect(verifies(await payUnder({ at: 'notify', kind: 'bad_sign' }))).toBe(false)
  })

  it('given unsigned_extra_field, then it does not verify', async () => {
    const fields = await payUnder({ at: 'notify', kind: 'unsigned_extra_field', name: 'x', value: '1' })

    expect(fields.x).toBe('1')
    expect(verifies(fields)).toBe(false)
  })

  it('given repeated_field, then the name comes twice and the genuine value first', async () => {
    await payUnder({ at: 'notify', kind: 'repeated_field' })

    expect(new URLSearchParams(bench.shop.received[0]?.raw).getAll('total_amount')).toEqual(['88.80', '0.01'])
  })

  it('given sign_type_rsa, then the SDK accepts the SHA-1 signature: the downgrade a merchant has to refuse', async () => {
    const fields = await payUnder({ at: 'notify', kind: 'sign_type_rsa' })

    expect(fields.sign_type).toBe('RSA')
    expect(verifies(fields)).toBe(true)
  })

  it('given a sign_type that does not exist, then the SDK throws', async () => {
    const fields = await payUnder({ at: 'notify', kind: 'sign_type', value: 'constructor' })

    expect(() => verifies(fields)).toThrow(TypeError)
  })
})

describe('notifications that are signed and not for this order', () => {
  it.each<[NotifyFault, string, string]>([
    [{ at: 'notify', kind: 'wrong_amount' }, 'total_amount', '88.79'],
    [{ at: 'notify', kind: 'wrong_amount', totalFen: 1 }, 'total_amount', '0.01'],
    [{ at: 'notify', kind: 'wrong_app_id' }, 'app_id', '2021999999999999'],
    [{ at: 'notify', kind: 'wrong_seller_id' }, 'seller_id', '2088999999999999'],
    [{ at: 'notify', kind: 'unknown_out_trade_no' }, 'out_trade_no', 'unknown_T1'],
    [{ at: 'notify', kind: 'finished_instead_of_success' }, 'trade_status', 'TRADE_FINISHED'],
    [{ at: 'notify', kind: 'extra_signed_field', name: 'new', value: '1 +2' }, 'new', '1 +2'],
  ])('given %j, then %s is %s and the signature holds', async (fault, name, value) => {
    const fields = await payUnder(fault)

    expect(fields[name]).toBe(value)
    expect(verifies(fields)).toBe(true)
  })

  it('given content_type clean, then the header is a correct one', async () => {
    await payUnder({ at: 'notify', kind: 'content_type', form: 'clean' })

    expect(bench.shop.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded; charset=utf-8')
  })

  it('given two faults, then both hit the same attempt', async () => {
    bench.sandbox.fault({ at: 'notify', kind: 'wrong_app_id' })
    const fields = await payUnder({ at: 'notify', kind: 'wrong_seller_id' })

    expect(fields).toMatchObject({ app_id: '2021999999999999', seller_id: '2088999999999999' })
  })
})
