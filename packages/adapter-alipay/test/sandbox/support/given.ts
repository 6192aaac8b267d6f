import type { AlipaySdk } from 'alipay-sdk'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import {
  type AlipaySandbox,
  type AlipaySandboxOptions,
  type SandboxClock,
  startAlipaySandbox,
  VirtualClock,
} from '../../../sandbox/index.js'
import { keys, type Shop, sdkFor, startShop } from './merchant.js'

/** 2026-03-01 12:00:00 in Beijing. */
export const NOON = Date.UTC(2026, 2, 1, 4)

export interface Bench {
  sandbox: AlipaySandbox
  shop: Shop
  sdk: AlipaySdk
  clock: VirtualClock
}

/** The clock of the test that runs: each starts at noon. */
const relayTo = (bench: Bench): SandboxClock => ({
  now: () => bench.clock.now(),
  setTimeout: (task, ms) => bench.clock.setTimeout(task, ms),
})

/** One sandbox and one shop for a test file, on a virtual clock; both are empty before each test. */
export function givenSandbox(options: AlipaySandboxOptions = {}): Bench {
  const bench = {} as Bench
  beforeAll(async () => {
    bench.sandbox = await startAlipaySandbox({ keys, clock: relayTo(bench), ...options })
    bench.shop = await startShop()
    bench.sdk = sdkFor(bench.sandbox)
  })
  beforeEach(() => {
    bench.clock = new VirtualClock(NOON)
    bench.sandbox.reset()
    bench.shop.received.length = 0
    bench.shop.answer = () => ({})
  })
  afterAll(async () => {
    await bench.sandbox.stop()
    await bench.shop.stop()
  })
  return bench
}
