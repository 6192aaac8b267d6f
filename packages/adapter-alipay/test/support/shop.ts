import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fen, payNo } from '@coursepay/core'
import type { PaymentAttempt } from '@coursepay/core/ports'
import {
  type AlipaySandbox,
  type AlipaySandboxOptions,
  generateSandboxKeys,
  startAlipaySandbox,
} from '../../sandbox/index.js'
import { type Alipay, type AlipaySettings, alipay } from '../../src/index.js'

export const keys = await generateSandboxKeys()

/** The bodies of notifications as they came in; each is answered `successNode`. */
export interface NotifyInbox {
  readonly url: string
  readonly bodies: Uint8Array[]
  readonly server: Server
}

async function openInbox(): Promise<NotifyInbox> {
  const bodies: Uint8Array[] = []
  const server = createServer(async (request, response) => {
    bodies.push(Buffer.concat(await Array.fromAsync(request)))
    response.end('success')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`, bodies, server }
}

/** The adapter beside a sandbox, with a place for notifications. */
export interface Shop extends Omit<Alipay, 'clock'>, AsyncDisposable {
  readonly sandbox: AlipaySandbox
  readonly inbox: NotifyInbox
  attempt(changes?: Partial<PaymentAttempt>): PaymentAttempt
  /** The buyer opens the page of this attempt and pays; resolves when the notification was delivered. */
  pay(attempt: PaymentAttempt): Promise<void>
}

export async function openShop(
  options: AlipaySandboxOptions = {},
  settings: Partial<AlipaySettings> = {},
): Promise<Shop> {
  const [sandbox, inbox] = await Promise.all([startAlipaySandbox({ keys, ...options }), openInbox()])
  const adapter = alipay({ ...sandbox.merchant, timeoutMs: 2_000, ...settings })
  return {
    ...adapter,
    sandbox,
    inbox,
    attempt: (changes = {}) => ({
      payNo: payNo('7123456789012345678'),
      totalPrice: fen(9_900),
      orderName: 'Java 高级',
      expireDate: Date.now() + 1_800_000,
      notifyUrl: inbox.url,
      returnUrl: null,
      ...changes,
    }),
    async pay(attempt) {
      const { result } = await sandbox.buyer.pay((await adapter.gateway.payPage(attempt)).url)
      if (result !== 'paid') throw new Error(`the buyer could not pay: ${result}`)
      await sandbox.settled()
    },
    async [Symbol.asyncDispose]() {
      await sandbox.stop()
      inbox.server.closeAllConnections()
      await new Promise((resolve) => inbox.server.close(resolve))
    },
  }
}
