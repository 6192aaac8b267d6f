import { describe, expect, it } from 'vitest'
import { sampleMessage, sampleOrder, samplePaymentAttempt } from '../src/contracts/index.js'
import {
  fixedPriceSource,
  inMemoryBroker,
  inMemoryOrderStores,
  inMemoryPaymentGateway,
  manualScheduler,
  nextTurn,
  sequentialIds,
  sequentialTokens,
  settableClock,
} from '../src/fakes/index.js'
import { fen, isSnowflake, OrderStatus, outBusinessId, payToken, userId } from '../src/index.js'

describe('units of work in memory', () => {
  it('given a unit opened inside another, then both fail with a sentence and nothing is written', async () => {
    const { unitOfWork, session } = inMemoryOrderStores(settableClock())
    const nested = unitOfWork.run(async ({ orders }) => {
      await orders.insertOrRead(sampleOrder(1))
      await unitOfWork.run((inner) => inner.orders.insertOrRead(sampleOrder(2)))
    })
    await expect(nested).rejects.toThrow('nested run')
    expect(await session.read(({ orders }) => orders.all())).toEqual([])
  })

  it('given a write to a store that is not bound to the open unit, then it fails instead of hanging', async () => {
    const { unitOfWork, stores } = inMemoryOrderStores(settableClock())
    await expect(unitOfWork.run(() => stores.orders.insertOrRead(sampleOrder()))).rejects.toThrow('not bound')
    expect(await stores.orders.insertOrRead(sampleOrder())).toMatchObject({ inserted: true })
  })

  it('given a hundred units at once, then they run one after the other, in the order of their calls', async () => {
    const { unitOfWork } = inMemoryOrderStores(settableClock())
    const steps: number[] = []
    const unit = (index: number) =>
      unitOfWork.run(async ({ outbox }) => {
        steps.push(index)
        for (let call = 0; call < 20; call += 1) await outbox.claim(1, 1)
        steps.push(index)
      })
    await Promise.all(Array.from({ length: 100 }, (_, index) => unit(index)))
    expect(steps).toEqual(Array.from({ length: 200 }, (_, index) => Math.floor(index / 2)))
  })

  it('given a store that breaks down while a unit runs, then nothing of it is written', async () => {
    const { unitOfWork, stores, faults } = inMemoryOrderStores(settableClock())
    const unit = unitOfWork.run(async ({ orders }) => {
      await orders.insertOrRead(sampleOrder())
      faults.breakDown()
    })
    await expect(unit).rejects.toMatchObject({ code: 'store_unavailable' })
    faults.recover()
    expect(await stores.orders.find(sampleOrder().id)).toBeNull()
  })

  it('given a unit that was open when the process died, then the store after the restart knows nothing of it', async () => {
    const clock = settableClock()
    const before = inMemoryOrderStores(clock)
    await before.stores.orders.insertOrRead(sampleOrder())
    void before.unitOfWork.run(async ({ orders }) => {
      await orders.change(sampleOrder().id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
      await new Promise(() => {})
    })
    await nextTurn()
    const { stores } = inMemoryOrderStores(clock, before.tables)
    expect(await stores.orders.find(sampleOrder().id)).toEqual(sampleOrder())
  })
})

describe('time by hand', () => {
  it('given tasks, when time passes, then those that are due run in order, each at its own moment', async () => {
    const clock = settableClock(1_000)
    const scheduler = manualScheduler(clock)
    const ran: [string, number][] = []
    const task = (name: string) => () => void ran.push([name, clock.now()])
    scheduler.schedule(30, task('third'))
    scheduler.schedule(10, task('first'))
    scheduler.schedule(10, task('second'))
    scheduler.schedule(51, task('later'))
    scheduler.schedule(20, task('cancelled'))()
    await scheduler.advance(50)
    expect(ran).toEqual([
      ['first', 1_010],
      ['second', 1_010],
      ['third', 1_030],
    ])
    expect([clock.now(), scheduler.pending()]).toEqual([1_050, 1])
  })

  it('given a task that makes another, then that one runs too when it falls due in the same time', async () => {
    const clock = settableClock(0)
    const scheduler = manualScheduler(clock)
    const ran: number[] = []
    const again = async () => {
      ran.push(clock.now())
      await nextTurn()
      scheduler.schedule(10, () => void again())
    }
    scheduler.schedule(10, () => void again())
    await scheduler.advance(35)
    expect(ran).toEqual([10, 20, 30])
  })
})

describe('the broker in memory', () => {
  const QUEUE = 'queue'
  const openBroker = async () => {
    const scheduler = manualScheduler(settableClock())
    const broker = inMemoryBroker(scheduler)
    const got: string[] = []
    await broker.subscriber.subscribe(QUEUE, async ({ id }) => void got.push(id))
    const publish = async (...counts: number[]) => {
      for (const count of counts) await broker.publisher.publish(sampleMessage(count))
      await scheduler.advance(0)
    }
    return { broker, got, publish, scheduler }
  }
  const ids = (...counts: number[]) => counts.map((count) => sampleMessage(count).id)

  it('given a message that is repeated, then it arrives as often', async () => {
    const { broker, got, publish } = await openBroker()
    broker.repeat(3)
    await publish(1)
    expect(got).toEqual(ids(1, 1, 1))
  })

  it('given messages that are held and reversed, then they arrive later and in the other order', async () => {
    const { broker, got, publish, scheduler } = await openBroker()
    broker.hold(true)
    broker.reverse(true)
    await publish(1, 2, 3)
    expect([got, broker.waiting(QUEUE)]).toEqual([[], 3])
    broker.hold(false)
    await scheduler.advance(0)
    expect(got).toEqual(ids(3, 2, 1))
  })

  it('given answers that are lost, then the message arrives or not, and nobody knows', async () => {
    const { broker, got, publish } = await openBroker()
    broker.answer('lost_before')
    await publish(1)
    broker.answer('lost_after')
    await publish(2)
    expect(got).toEqual(ids(2))
  })

  it('given a queue that was bound before anybody reads it, then its messages wait', async () => {
    const { broker, publish, scheduler } = await openBroker()
    broker.bindQueue('later')
    await publish(1)
    expect(broker.waiting('later')).toBe(1)
    const got: string[] = []
    await broker.subscriber.subscribe('later', async ({ id }) => void got.push(id))
    await scheduler.advance(0)
    expect([got, broker.waiting('later')]).toEqual([ids(1), 0])
  })
})

describe('the gateway in memory', () => {
  const openGateway = async () => {
    const clock = settableClock()
    const fake = inMemoryPaymentGateway({ clock })
    const attempt = samplePaymentAttempt(1, { expireDate: clock.now() + 1_000 })
    await fake.gateway.payPage(attempt)
    return { ...fake, clock, payNo: attempt.payNo }
  }

  it('given a buyer who was shown no page, then nothing can be paid', async () => {
    const { buyer } = await openGateway()
    expect(() => buyer.pay(samplePaymentAttempt(2).payNo)).toThrow('Nobody was shown a page')
  })

  it('given a trade that nobody pays, then the gateway closes it when its time is over', async () => {
    const { gateway, buyer, clock, payNo } = await openGateway()
    buyer.login(payNo)
    clock.advance(1_000)
    expect(await gateway.query(payNo)).toMatchObject({ kind: 'evidence', evidence: { tradeStatus: 'closed' } })
  })

  it('given the answer no_trade by mode, then a paid trade is denied and nothing happens to it', async () => {
    const { gateway, buyer, answer, payNo } = await openGateway()
    buyer.pay(payNo)
    answer('no_trade')
    expect(await gateway.query(payNo)).toMatchObject({ kind: 'no_trade' })
    expect(await gateway.close(payNo)).toMatchObject({ kind: 'no_trade' })
    answer('clear')
    expect(await gateway.query(payNo)).toMatchObject({ evidence: { tradeStatus: 'paid' } })
  })

  it('given a trade that is finished, then nothing goes back any more', async () => {
    const { gateway, buyer, finish, payNo } = await openGateway()
    buyer.pay(payNo)
    finish(payNo)
    const refund = { payNo, amount: fen(1), reason: 'late', outRequestNo: '1' }
    expect(await gateway.refund(refund)).toMatchObject({ kind: 'refused' })
  })

  it('given calls, then they are counted by their method', async () => {
    const { gateway, calls, payNo } = await openGateway()
    await gateway.query(payNo)
    await gateway.query(payNo)
    await gateway.close(payNo)
    expect(calls).toEqual({ query: 2, close: 1, refund: 0, queryRefund: 0 })
  })
})

describe('ids, tokens and prices', () => {
  it('given ids made one after the other, then they are snowflakes that count up from above 2^53', async () => {
    const { nextId } = sequentialIds()
    const made = [await nextId(), await nextId()]
    expect(made.every(isSnowflake)).toBe(true)
    expect(BigInt(made[1] ?? 0) - BigInt(made[0] ?? 0)).toBe(1n)
    expect(BigInt(made[0] ?? 0)).toBeGreaterThan(2n ** 53n)
  })

  it('given tokens made one after the other, then they have the form of 128 bits and differ', () => {
    const { nextToken } = sequentialTokens()
    const made = [nextToken(), nextToken()]
    for (const token of made) expect(payToken(token)).toMatch(/^[\w-]{21}[AQgw]$/)
    expect(new Set(made).size).toBe(2)
  })

  it('given a fixed price, then it holds until it is changed, reserved, refused or free', async () => {
    const prices = fixedPriceSource(fen(9_900))
    const question = { outBusinessId: outBusinessId('7'), userId: userId('zhang') }
    expect(await prices.priceOf(question)).toBe(9_900)
    prices.change(fen(1))
    expect(await prices.priceOf(question)).toBe(1)
    prices.reserve(question.outBusinessId, userId('li'))
    await expect(prices.priceOf(question)).rejects.toMatchObject({ code: 'not_yours' })
    prices.refuse('choice_not_found')
    await expect(prices.priceOf(question)).rejects.toMatchObject({ code: 'choice_not_found' })
    prices.refuse(null)
    prices.change(fen(0))
    await expect(prices.priceOf({ ...question, userId: userId('li') })).rejects.toMatchObject({
      code: 'nothing_to_pay',
    })
  })
})
