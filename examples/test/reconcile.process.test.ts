import { type AlipaySandbox, type SandboxClock, VirtualClock } from '@coursepay/adapter-alipay/sandbox'
import SqliteDriver from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { text } from '../src/demo-shop/api.js'
import { run } from './support/process.js'
import { openShopProcess, order, type ShopProcess } from './support/shop-process.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEIJING = 8 * HOUR

/** Noon of today in Beijing: far from midnight at whatever time this runs. */
const noonToday = () => Math.floor((Date.now() + BEIJING) / DAY) * DAY - BEIJING + 12 * HOUR

const dayOf = (at: number) => new Date(at + BEIJING).toISOString().slice(0, 10)

interface ReconciliationShop extends ShopProcess {
  readonly clock: VirtualClock
  readonly day: string
  /** Runs the program as a process; answers how it ended and what it wrote. */
  reconcile(day: string, environment?: Readonly<Record<string, string>>): Promise<{ code: unknown; output: string }>
  /** How many rows there are in these tables. */
  rows(): Record<'evidence_journal' | 'mq_message' | 'xc_course_tables' | 'refund', number>
}

/** A shop beside an Alipay whose clock stands at noon until it is turned. */
async function openShop(): Promise<ReconciliationShop> {
  const clock = new VirtualClock(noonToday())
  const shop = await openShopProcess({ clock: clock satisfies SandboxClock })
  const file = (shop.environment.DATABASE_URL ?? '').replace('sqlite:', '')
  return {
    ...shop,
    clock,
    day: dayOf(clock.now()),
    // Orders last until the sandbox's noon, whenever that is.
    start: (more = {}) => shop.start({ ORDER_TTL: '3d', ...more }),
    async reconcile(day, environment = {}) {
      const program = run('apps/reconcile/main.js', { ...shop.environment, ...environment }, ['--date', day])
      return { code: await program.ended(), output: program.output() }
    },
    rows() {
      const database = new SqliteDriver(file, { readonly: true })
      const tables = ['evidence_journal', 'mq_message', 'xc_course_tables', 'refund'] as const
      const counts = tables.map((table) => {
        const count = database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()
        return [table, count ?? 0] as const
      })
      database.close()
      return Object.fromEntries(counts) as ReturnType<ReconciliationShop['rows']>
    },
    [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose](),
  }
}

/** Asks until the answer fits; the test's own time limit ends it. */
async function until<Result>(ask: () => Promise<Result>, fits: (result: Result) => boolean): Promise<Result> {
  for (;;) {
    const result = await ask()
    if (fits(result)) return result
  }
}

/** Sold and paid while the server is up: it is told, and books it. */
async function sell(shop: ReconciliationShop): Promise<string> {
  const api = await shop.as('zhang')
  const payment = await order(api)
  await shop.sandbox.buyer.pay(text(payment, 'payUrl'))
  await shop.sandbox.settled()
  const payNo = text(payment, 'payNo')
  await until(
    () => api.get(`/api/orders/payresult?payNo=${payNo}`),
    ({ status }) => status === '601002',
  )
  return payNo
}

/** The server dies before the buyer pays: nobody is told. */
async function sellUnheard(shop: ReconciliationShop): Promise<string> {
  const server = await shop.start()
  const payment = await order(await shop.as('zhang'))
  const page = await shop.sandbox.buyer.openPayPage(text(payment, 'payUrl'))
  await server.kill('SIGKILL')
  await shop.sandbox.buyer.pay(page.url)
  await shop.sandbox.settled()
  return text(payment, 'payNo')
}

const paidAt = (sandbox: AlipaySandbox, payNo: string) => sandbox.trades.get(payNo)?.paidAt ?? 0

describe('npm run reconcile', () => {
  it('given a notification that was lost, then the bill books it, the buyer gets the course, and a second run changes nothing', async () => {
    await using shop = await openShop()
    const payNo = await sellUnheard(shop)
    await shop.clock.advance(DAY)

    const first = await shop.reconcile(shop.day)
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining(`${payNo}  99.00  booked`) })
    expect(first.output).toContain('No difference is left.')
    const booked = shop.rows()
    expect(booked).toMatchObject({ evidence_journal: 1, mq_message: 1 })

    const second = await shop.reconcile(shop.day)
    expect(second.code).toBe(0)
    expect(second.output).not.toContain('Booked by the bill')
    expect(shop.rows()).toEqual(booked)

    await shop.start()
    const api = await shop.as('zhang')
    const table = await until(
      () => api.get('/api/learning/mycoursetable'),
      ({ counts }) => counts !== 0,
    )
    expect(table).toMatchObject({ counts: 1, items: [{ courseId: '1' }] })
  })

  it('given a payment of ours that is missing at Alipay, then it is named and the program ends with 1', async () => {
    await using shop = await openShop()
    await shop.start()
    const payNo = await sell(shop)
    await shop.clock.advance(DAY)
    shop.sandbox.fault({ at: 'bill', kind: 'lose_row' })
    const { code, output } = await shop.reconcile(shop.day)
    expect(code).toBe(1)
    expect(output).toMatch(new RegExp(`paid here, missing at Alipay +${payNo} +Alipay - +here 99.00`))
    expect(output).toContain('1 difference is left.')
  })

  it('given a running server and nothing amiss, then nothing is left', async () => {
    await using shop = await openShop()
    await shop.start()
    await sell(shop)
    await shop.clock.advance(DAY)
    expect(await shop.reconcile(shop.day)).toMatchObject({
      code: 0,
      output: expect.stringMatching(/payments +1 +99.00 +1 +99.00/),
    })
  })

  it('given a payment just before midnight that Alipay bills on the next day, then there is no false alarm on either day', async () => {
    await using shop = await openShop()
    await shop.clock.advance(12 * HOUR - 2_000)
    await shop.start()
    const payNo = await sell(shop)
    expect(dayOf(paidAt(shop.sandbox, payNo))).toBe(shop.day)
    shop.sandbox.fault({ at: 'bill', kind: 'other_day', days: 1 })

    await shop.clock.advance(HOUR)
    const early = await shop.reconcile(shop.day)
    expect(early).toMatchObject({ code: 0, output: expect.stringMatching(new RegExp(`Carried over.*\\n.*${payNo}`)) })
    await shop.clock.advance(DAY)
    const late = await shop.reconcile(shop.day)
    expect(late.code).toBe(0)
    expect(late.output).not.toContain('Carried over')
    expect(await shop.reconcile(dayOf(shop.clock.now() - DAY))).toMatchObject({ code: 0 })
  })

  it('given a day that cannot be asked for, then it says why and compares nothing', async () => {
    await using shop = await openShop()
    expect(await shop.reconcile('2026-02-30')).toMatchObject({
      code: 2,
      output: expect.stringContaining('is not a day'),
    })
    const noAlipay = Object.fromEntries(
      Object.keys(shop.environment)
        .filter((name) => name.startsWith('ALIPAY'))
        .map((name) => [name, '']),
    )
    const unset = await shop.reconcile(shop.day, noAlipay)
    expect(unset).toMatchObject({ code: 2, output: expect.stringContaining('no bill can be downloaded') })
    const empty = await shop.reconcile(shop.day)
    expect(empty).toMatchObject({ code: 3, output: expect.stringContaining('The database has no tables') })
    await shop.start()
    expect(await shop.reconcile(shop.day)).toMatchObject({ code: 3, output: expect.stringContaining('no bill of') })
    shop.sandbox.fault({ at: 'gateway', kind: 'http_status', status: 503 })
    const down = await shop.reconcile(shop.day)
    expect(down).toMatchObject({ code: 3, output: expect.stringContaining('gateway_unknown') })
    expect(down.output).not.toContain('    at ')
  })
})
