import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ReferenceClockHarness, referenceClockContract } from '@coursepay/core/contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { VirtualClock } from '../sandbox/index.js'
import { createGatewayReferenceClock } from '../src/client/gateway-clock.js'
import { openShop } from './support/shop.js'

/** Years from now, so that no other clock is taken for it. */
const START = Date.UTC(2031, 0, 1)

async function gatewayClockHarness(): Promise<ReferenceClockHarness> {
  const clock = new VirtualClock(START)
  const shop = await openShop({ clock })
  return {
    clock: createGatewayReferenceClock({ gateway: shop.sandbox.merchant.gateway, timeoutMs: 5_000 }),
    now: () => clock.now(),
    cutOff: () => shop.sandbox.stop(),
    dispose: () => shop.sandbox.stop(),
  }
}

referenceClockContract({ describe, it }, { name: 'of the gateway', makeHarness: gatewayClockHarness })

describe('the gateway’s clock', () => {
  it.each([
    ['has no date', null],
    ['has a date that is none', 'yesterday'],
  ])('is not read from an answer that %s', async (_, date) => {
    const server = createServer((_request, response) => {
      if (date === null) response.sendDate = false
      else response.setHeader('date', date)
      response.end()
    })
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`
    expect(await createGatewayReferenceClock({ gateway, timeoutMs: 5_000 }).read()).toBeNull()
  })
})
