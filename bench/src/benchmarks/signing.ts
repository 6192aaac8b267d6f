import { sign, verify } from 'node:crypto'
import { alipay } from '@coursepay/adapter-alipay'
import { generateSandboxKeys, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { fen, payNo as toPayNo } from '@coursepay/core'
import { COURSE_NAME, PRICE, PRICE_FEN, payNo } from '../databases/rows.js'
import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import { ms } from './results.js'

/** Mean time of one in ms. */
const timed = (name: string, times: number, work: () => unknown): Variant => ({
  name,
  async run() {
    const startedAt = performance.now()
    for (let done = 0; done < times; done += 1) await work()
    return { figure: (performance.now() - startedAt) / times }
  },
})

async function timesResult(
  context: BenchContext,
  aim: { readonly scenario: string; readonly atMost: number },
  ours: Variant,
  crypto: Variant,
): Promise<BenchmarkResult> {
  const { ratio, ours: own, baseline } = await compare(ours, crypto, context.rounds, context.progress)
  return {
    scenario: aim.scenario,
    baseline: '`node:crypto` alone',
    aim: `≤ ${aim.atMost} ×`,
    value: ratio,
    unit: '×',
    met: ratio.median <= aim.atMost,
    notes: [`${ms(own.median)} beside ${ms(baseline.median)}`],
  }
}

export const signing: Benchmark = {
  name: 'signing',
  async run(context) {
    const keys = await generateSandboxKeys()
    await using sandbox = await startAlipaySandbox({ keys })
    const { gateway, notifyReader } = alipay(sandbox.merchant)
    const number = toPayNo(String(payNo(1)))
    const body = Buffer.from(
      sandbox.signNotify({
        out_trade_no: number,
        trade_no: '2026112322001400000000000001',
        trade_status: 'TRADE_SUCCESS',
        total_amount: PRICE,
        subject: COURSE_NAME,
        gmt_payment: '2026-11-23 12:00:05',
      }),
    )
    const attempt = {
      payNo: number,
      totalPrice: fen(PRICE_FEN),
      orderName: COURSE_NAME,
      expireDate: Date.now(),
      notifyUrl: 'http://127.0.0.1:3000/api/orders/receivenotify',
      returnUrl: null,
    }
    const text = Buffer.from(decodeURIComponent((await gateway.payPage(attempt)).url))
    const signature = sign('RSA-SHA256', body, keys.alipay.privateKey)
    const [signs, verifies] = [context.operations(300), context.operations(3_000)]
    return {
      results: [
        await timesResult(
          context,
          { scenario: 'signing a pay link', atMost: 1.2 },
          timed('sign', signs, () => gateway.payPage(attempt)),
          timed('crypto.sign', signs, () => sign('RSA-SHA256', text, keys.merchant.privateKey).toString('base64')),
        ),
        await timesResult(
          context,
          { scenario: 'verifying a notify', atMost: 2.2 },
          timed('verify', verifies, () => notifyReader.read(body)),
          timed('crypto.verify', verifies, () => verify('RSA-SHA256', body, keys.alipay.publicKey, signature)),
        ),
      ],
    }
  },
}
