import { describe, expect, it } from 'vitest'
import { fen, outBusinessId, payToken, userId } from '../src/index.js'
import { isSnowflake } from '../src/ports.js'
import { sampleJournalEntry, sampleMessage, samplePaymentAttempt } from '../testing/contracts/sample-data.js'
import {
  fixedPriceSource,
  inMemoryBroker,
  inMemoryOrderStore,
  inMemoryPaymentGateway,
  manualScheduler,
  nextTurn,
  sequentialIds,
  sequentialTokens,
  settableClock,
} from '../testing/fakes/index.js'

describe('time by hand', () => {
  it('tasks that are due run in order, each at its own moment', async () => {
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

  it('a task that another one makes runs too when it falls due in the same time', async () => {
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

  it('a repeated message arrives as often', async () => {
    const { broker, got, publish } = await openBroker()
    broker.repeat(3)
    await publish(1)
    expect(got).toEqual(ids(1, 1, 1))
  })

  it('messages that are held and reversed arrive later, newest first', async () => {
    const { broker, got, publish, scheduler } = await openBroker()
    broker.hold(true)
    broker.reverse(true)
    await publish(1, 2, 3)
    expect([got, broker.waiting(QUEUE)]).toEqual([[], 3])
    broker.hold(false)
    await scheduler.advance(0)
    expect(got).toEqual(ids(3, 2, 1))
  })

  it('a message whose answer is lost arrives or not', async () => {
    const { broker, got, publish } = await openBroker()
    broker.answer('lost_before')
    await publish(1)
    broker.answer('lost_after')
    await publish(2)
    expect(got).toEqual(ids(2))
  })

  it('a bound queue keeps its messages until somebody subscribes', async () => {
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

  it('a buyer without a page cannot pay', async () => {
    const { buyer } = await openGateway()
    expect(() => buyer.pay(samplePaymentAttempt(2).payNo)).toThrow('Nobody was shown a page')
  })

  it('the gateway closes an unpaid trade when its time is over', async () => {
    const { gateway, buyer, clock, payNo } = await openGateway()
    buyer.login(payNo)
    clock.advance(1_000)
    expect(await gateway.query(payNo)).toMatchObject({ kind: 'evidence', evidence: { tradeStatus: 'closed' } })
  })

  it('the mode no_trade denies a paid trade and does nothing to it', async () => {
    const { gateway, buyer, answer, payNo } = await openGateway()
    buyer.pay(payNo)
    answer('no_trade')
    expect(await gateway.query(payNo)).toMatchObject({ kind: 'no_trade' })
    expect(await gateway.close(payNo)).toMatchObject({ kind: 'no_trade' })
    answer('clear')
    expect(await gateway.query(payNo)).toMatchObject({ evidence: { tradeStatus: 'paid' } })
  })

  it('a finished trade is not refunded any more', async () => {
    const { gateway, buyer, finish, payNo } = await openGateway()
    buyer.pay(payNo)
    finish(payNo)
    const refund = { payNo, amount: fen(1), reason: 'late', outRequestNo: '1' }
    expect(await gateway.refund(refund)).toMatchObject({ kind: 'refused' })
  })

  it('a refund in the console makes a notification, which names the refund only when it has a number', async () => {
    const { buyer, console: merchantConsole, notifyReader, moneyOf, payNo } = await openGateway()
    buyer.pay(payNo)
    const evidenceOf = async (body: Uint8Array) => {
      const reading = await notifyReader.read(body)
      return reading.kind === 'genuine' ? reading.evidence : null
    }
    const named = await evidenceOf(merchantConsole.refund(payNo, fen(100), 'by-hand'))
    expect(named).toMatchObject({ refundRequestNo: 'by-hand', tradeStatus: 'paid', refundedAmount: 100 })
    const unnamed = await evidenceOf(merchantConsole.refund(payNo, fen(9_800)))
    expect(unnamed).toMatchObject({ refundRequestNo: null, tradeStatus: 'closed', refundedAmount: 9_900 })
    expect(moneyOf(payNo).refunded).toBe(9_900)
    expect(() => merchantConsole.refund(payNo, fen(1))).toThrow('trade_closed')
  })

  it('calls are counted by their method', async () => {
    const { gateway, calls, payNo } = await openGateway()
    await gateway.query(payNo)
    await gateway.query(payNo)
    await gateway.close(payNo)
    expect(calls).toEqual({ query: 2, close: 1, refund: 0, queryRefund: 0 })
  })
})

describe('ids, tokens and prices', () => {
  it('sequential ids are snowflakes that count up from above 2^53', async () => {
    const { nextId } = sequentialIds()
    const made = [await nextId(), await nextId()]
    expect(made.every(isSnowflake)).toBe(true)
    expect(BigInt(made[1] ?? 0) - BigInt(made[0] ?? 0)).toBe(1n)
    expect(BigInt(made[0] ?? 0)).toBeGreaterThan(2n ** 53n)
  })

  it('sequential tokens have the form of 128 bits and differ', () => {
    const { nextToken } = sequentialTokens()
    const made = [nextToken(), nextToken()]
    for (const token of made) expect(payToken(token)).toMatch(/^[\w-]{21}[AQgw]$/)
    expect(new Set(made).size).toBe(2)
  })

  it('a fixed price is one for everything, and refuses what is free', async () => {
    const question = { outBusinessId: outBusinessId('7'), userId: userId('zhang') }
    expect(await fixedPriceSource(fen(9_900)).offerOf(question)).toEqual({ price: 9_900, orderName: null, goods: null })
    await expect(fixedPriceSource(fen(0)).offerOf(question)).rejects.toMatchObject({ code: 'nothing_to_pay' })
  })
})

it('a journal entry shares no memory with the Buffer that was appended', async () => {
  const { journal } = inMemoryOrderStore(settableClock())
  const body = Buffer.from('paid')
  const entry = sampleJournalEntry(1, { body })
  await journal.append(entry)
  body.fill(0)
  expect(await journal.listOf(entry.outTradeNo ?? '')).toMatchObject([{ body: new Uint8Array(Buffer.from('paid')) }])
})
