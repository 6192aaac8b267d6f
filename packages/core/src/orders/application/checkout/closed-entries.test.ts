import { expect, it } from 'vitest'
import { sampleOrder, samplePayment } from '../../../../testing/contracts/sample-data.js'
import { type Payment, PayStatus } from '../../../index.js'
import { prepareClosureEntriesOf } from './closure-entries.js'

it('a decision leaves an entry for each payment that it closed, and for no other', async () => {
  const order = sampleOrder()
  const payment = (count: number, status: Payment['status']) => samplePayment(order, count, { status })
  const before = [payment(1, PayStatus.unpaid), payment(2, PayStatus.unpaid), payment(3, PayStatus.closed)]
  const after = [payment(1, PayStatus.closed), payment(2, PayStatus.unpaid), payment(3, PayStatus.closed)]
  const numbers = [1, 2, 3, 4, 5].map((count) => samplePayment(order, count).payNo)
  let drawn = 0
  const ids = { nextId: async () => String(++drawn) }
  const entriesOf = await prepareClosureEntriesOf({ ids, clock: { now: () => 7 } }, numbers, 'obsolete')
  const entries = entriesOf(
    { ...order, payments: [...before, payment(4, PayStatus.unpaid)] },
    { ...order, payments: [...after, payment(5, PayStatus.closed)] },
  )
  const body = new Uint8Array()
  const rest = { source: 'closed', receivedAt: 7, body, verdict: 'obsolete' }
  expect(entries).toEqual([{ id: '1', outTradeNo: numbers[0], ...rest }])
})
