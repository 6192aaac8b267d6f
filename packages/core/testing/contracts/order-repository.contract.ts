import type { OrderGoods } from '../../src/orders/domain/order-goods.js'
import { orderId, outBusinessId, payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, SAMPLE_TIME, sampleGoods, sampleId, sampleOrder, samplePayRecord } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const { unpaid, paid, closed } = OrderStatus
const noOrder = orderId(sampleId(99))
const noBusiness = outBusinessId('nobody-sold-this')

const everyCall = ({ stores: { orders } }: OrderStoresHarness) => [
  orders.insertOrRead(sampleOrder()),
  orders.find(noOrder),
  orders.findBy({ outBusinessId: noBusiness }),
  orders.change(noOrder, { from: unpaid, to: paid }),
  orders.listOverdue(SAMPLE_TIME, 10),
]

export const orderRepositoryContract = defineContract<OrderStoresHarness>()('OrderRepository', {
  'stores an order with its goods and hands it back as it was': async ({ stores: { orders } }) => {
    const goods = [sampleGoods({ goodsId: 'b' }), sampleGoods({ goodsId: 'a', goodsDetail: '{"页":1}' })]
    const order = sampleOrder(1, { goods, totalPrice: fen(19_800) })
    equal(await orders.insertOrRead(order), { order, inserted: true })
    equal(await orders.find(order.id), order)
  },

  'keeps an order without a description': async ({ stores: { orders } }) => {
    const order = sampleOrder(1, { orderDescrip: null })
    await orders.insertOrRead(order)
    equal(await orders.find(order.id), order)
  },

  'finds an order by its business id': async ({ stores: { orders } }) => {
    await orders.insertOrRead(sampleOrder(1))
    await orders.insertOrRead(sampleOrder(2))
    equal(await orders.findBy({ outBusinessId: sampleOrder(2).outBusinessId }), sampleOrder(2))
  },

  'finds an order by any of its pay records': async ({ stores: { orders, payRecords } }) => {
    const [some, other] = [sampleOrder(1), sampleOrder(2)]
    const attempts = [samplePayRecord(some, 1), samplePayRecord(other, 2), samplePayRecord(some, 3)]
    for (const order of [some, other]) await orders.insertOrRead(order)
    for (const attempt of attempts) await payRecords.insert(attempt)
    for (const { payNo, orderId } of attempts) {
      equal(await orders.findBy({ payNo }), orderId === some.id ? some : other)
    }
  },

  'answers null for an order that is not there': async ({ stores: { orders } }) => {
    await orders.insertOrRead(sampleOrder())
    equal(await orders.find(noOrder), null)
    equal(await orders.findBy({ outBusinessId: noBusiness }), null)
    equal(await orders.findBy({ payNo: payNo(sampleId(99)) }), null)
  },

  'keeps ids above 2^53 apart': async ({ stores: { orders } }) => {
    const [some, other] = [sampleOrder(1), sampleOrder(2)]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    await orders.insertOrRead(some)
    await orders.insertOrRead(other)
    equal(await orders.find(some.id), some)
    equal(await orders.find(other.id), other)
  },

  'keeps amounts exact, up to the largest payment': async ({ stores: { orders } }) => {
    for (const [count, amount] of awkwardAmounts.entries()) {
      const order = sampleOrder(count, { goods: [sampleGoods({ goodsPrice: amount })], totalPrice: amount })
      await orders.insertOrRead(order)
      equal(await orders.find(order.id), order)
    }
  },

  'tells business ids apart by upper and lower case': async ({ stores: { orders } }) => {
    const lower = sampleOrder(1, { outBusinessId: outBusinessId('book-a') })
    const upper = sampleOrder(2, { outBusinessId: outBusinessId('BOOK-A') })
    await orders.insertOrRead(lower)
    equal(await orders.insertOrRead(upper), { order: upper, inserted: true })
  },

  'hands out the stored order when it is inserted again': async ({ stores: { orders }, storedIds }) => {
    const stored = sampleOrder(1)
    const { outBusinessId } = stored
    await orders.insertOrRead(stored)
    equal(await orders.insertOrRead(sampleOrder(2, { outBusinessId })), { order: stored, inserted: false })
    equal(await storedIds('orders'), [stored.id])
  },

  'stores an order together with its first pay record': async ({ stores: { orders, payRecords } }) => {
    const order = sampleOrder()
    const first = samplePayRecord(order)
    equal(await orders.insertOrRead(order, first), { order, inserted: true })
    equal(await payRecords.listOf(order.id), [first])
  },

  'stores no pay record with an order that is there already': async ({ stores: { orders, payRecords } }) => {
    const order = sampleOrder()
    await orders.insertOrRead(order, samplePayRecord(order, 1))
    for (const count of [1, 2]) {
      equal(await orders.insertOrRead(order, samplePayRecord(order, count)), { order, inserted: false })
    }
    equal(await payRecords.listOf(order.id), [samplePayRecord(order, 1)])
  },

  'stores no order with a pay record whose number is taken': async ({ stores: { orders, payRecords }, storedIds }) => {
    const [some, other] = [sampleOrder(1), sampleOrder(2)]
    await orders.insertOrRead(some, samplePayRecord(some))
    const { payNo } = samplePayRecord(some)
    await rejectsWithCode(orders.insertOrRead(other, samplePayRecord(other, 2, { payNo })), 'state_conflict')
    equal(await storedIds('orders'), [some.id])
    equal(await payRecords.listOf(other.id), [])
  },

  'refuses an id that another order has with state_conflict': async ({ stores: { orders } }) => {
    const { id } = sampleOrder(1)
    await orders.insertOrRead(sampleOrder(1))
    await rejectsWithCode(orders.insertOrRead(sampleOrder(2, { id })), 'state_conflict')
    equal(await orders.find(id), sampleOrder(1))
    equal(await orders.findBy({ outBusinessId: sampleOrder(2).outBusinessId }), null)
  },

  'gives an order no goods of another that has its id, also in a unit that goes on': async ({ stores, unitOfWork }) => {
    const { id } = sampleOrder(1)
    await stores.orders.insertOrRead(sampleOrder(1))
    const goods = [sampleGoods(), sampleGoods({ goodsId: '2' })]
    await unitOfWork.run(({ orders }) =>
      rejectsWithCode(orders.insertOrRead(sampleOrder(2, { id, goods })), 'state_conflict'),
    )
    equal(await stores.orders.find(id), sampleOrder(1))
  },

  'inserts one order for many callers at once': async ({ stores: { orders }, storedIds }) => {
    const { outBusinessId } = sampleOrder()
    const answers = await atOnce(8, (index) => orders.insertOrRead(sampleOrder(index, { outBusinessId })))
    const [winner, ...losers] = answers.filter((answer) => answer.inserted)
    ensure(winner !== undefined && losers.length === 0, 'Exactly one caller inserts.')
    for (const { order } of answers) equal(order, winner.order)
    equal(await storedIds('orders'), [winner.order.id])
  },

  'inserts one order for many units of work at once': async ({ unitOfWork, storedIds }) => {
    const { outBusinessId } = sampleOrder()
    const answers = await atOnce(8, (index) =>
      unitOfWork.run(({ orders }) => orders.insertOrRead(sampleOrder(index, { outBusinessId }))),
    )
    equal(answers.filter((answer) => answer.inserted).length, 1, 'the number of callers that inserted')
    equal(new Set(answers.map(({ order }) => order.id)).size, 1, 'the number of orders handed out')
    equal((await storedIds('orders')).length, 1, 'the number of orders stored')
  },

  'changes the state of an order that is as expected, and nothing else': async ({ stores: { orders } }) => {
    const order = sampleOrder(1)
    await orders.insertOrRead(order)
    await orders.insertOrRead(sampleOrder(2))
    equal(await orders.change(order.id, { from: unpaid, to: paid }), true)
    equal(await orders.find(order.id), { ...order, status: paid })
    equal(await orders.find(sampleOrder(2).id), sampleOrder(2))
  },

  'moves the expiry when told to': async ({ stores: { orders } }) => {
    const order = sampleOrder()
    const expireDate = order.expireDate + 1
    await orders.insertOrRead(order)
    equal(await orders.change(order.id, { from: unpaid, to: unpaid, expireDate }), true)
    equal(await orders.find(order.id), { ...order, expireDate })
  },

  'changes nothing when the order is in another state': async ({ stores: { orders } }) => {
    const order = sampleOrder()
    await orders.insertOrRead(order)
    equal(await orders.change(order.id, { from: closed, to: paid, expireDate: 1 }), false)
    equal(await orders.find(order.id), order)
  },

  'changes nothing when the expiry is not the expected one': async ({ stores: { orders } }) => {
    const order = sampleOrder()
    const { expireDate } = order
    await orders.insertOrRead(order)
    equal(await orders.change(order.id, { from: unpaid, to: closed, fromExpireDate: expireDate - 1 }), false)
    equal(await orders.find(order.id), order)
    equal(await orders.change(order.id, { from: unpaid, to: closed, fromExpireDate: expireDate }), true)
  },

  'answers false to a change of an order that is not there': async ({ stores: { orders } }) => {
    equal(await orders.change(noOrder, { from: unpaid, to: paid }), false)
  },

  'answers false to a repeated change': async ({ stores: { orders } }) => {
    const { id } = sampleOrder()
    await orders.insertOrRead(sampleOrder())
    equal(await orders.change(id, { from: unpaid, to: paid }), true)
    equal(await orders.change(id, { from: unpaid, to: paid }), false)
  },

  'answers true to a repeated change that leaves the state as it is': async ({ stores: { orders } }) => {
    const { id, expireDate } = sampleOrder()
    await orders.insertOrRead(sampleOrder())
    equal(await orders.change(id, { from: unpaid, to: unpaid, expireDate }), true)
    equal(await orders.change(id, { from: unpaid, to: unpaid, expireDate }), true)
  },

  'lets one of many competing changes win': async ({ stores: { orders } }) => {
    const { id } = sampleOrder()
    await orders.insertOrRead(sampleOrder())
    const wins = await atOnce(8, (index) => orders.change(id, { from: unpaid, to: index % 2 === 0 ? paid : closed }))
    equal(wins.filter((won) => won).length, 1, 'the number of winners')
    equal((await orders.find(id))?.status, wins.indexOf(true) % 2 === 0 ? paid : closed)
  },

  'lists the unpaid orders that are overdue, the longest overdue first': async ({ stores: { orders } }) => {
    const late = [sampleOrder(1, { expireDate: SAMPLE_TIME }), sampleOrder(2, { expireDate: SAMPLE_TIME - 1 })]
    const others = [
      sampleOrder(3, { expireDate: SAMPLE_TIME + 1 }),
      sampleOrder(4, { expireDate: SAMPLE_TIME - 2, status: paid }),
      sampleOrder(5, { expireDate: SAMPLE_TIME - 2, status: closed }),
    ]
    for (const order of [...late, ...others]) await orders.insertOrRead(order)
    equal(await orders.listOverdue(SAMPLE_TIME, 10), [...late].reverse())
  },

  'lists no more overdue orders than asked for': async ({ stores: { orders } }) => {
    for (const count of [1, 2, 3]) await orders.insertOrRead(sampleOrder(count, { expireDate: SAMPLE_TIME - count }))
    equal(
      (await orders.listOverdue(SAMPLE_TIME, 2)).map((order) => order.id),
      [sampleId(3), sampleId(2)],
    )
  },

  'shows nobody an order before its unit of work commits': async (harness) => {
    const order = sampleOrder()
    const seen: Promise<unknown>[] = []
    await rolledBack(harness, async ({ orders }) => {
      await orders.insertOrRead(order)
      const { outBusinessId } = order
      seen.push(harness.stores.orders.find(order.id), harness.stores.orders.findBy({ outBusinessId }))
      equal(await orders.find(order.id), order, 'what the unit itself sees')
    })
    equal(await Promise.all(seen), [null, null])
  },

  'takes back what a failed unit of work did': async (harness) => {
    await harness.stores.orders.insertOrRead(sampleOrder(1))
    await rolledBack(harness, async ({ orders }) => {
      await orders.insertOrRead(sampleOrder(2))
      await orders.change(sampleOrder(1).id, { from: unpaid, to: paid })
    })
    equal(await harness.stores.orders.find(sampleOrder(1).id), sampleOrder(1))
    equal(await harness.storedIds('orders'), [sampleOrder(1).id])
  },

  'keeps an order over a restart': async (harness) => {
    const order = sampleOrder()
    await harness.stores.orders.insertOrRead(order)
    await harness.reopen()
    equal(await harness.stores.orders.find(order.id), order)
    equal(await harness.stores.orders.insertOrRead(order), { order, inserted: false })
  },

  'shares no object with its callers': async ({ stores: { orders } }) => {
    const goods = [sampleGoods()]
    const order = sampleOrder(1, { goods })
    const { order: answered } = await orders.insertOrRead(order)
    const found = await orders.find(order.id)
    for (const lines of [goods, answered.goods, found?.goods]) {
      tamper(() => void (lines as OrderGoods[]).push(sampleGoods({ goodsId: 'slipped in' })))
    }
    equal(await orders.find(order.id), sampleOrder())
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
