import { generateKeyPairSync, sign } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { damagedInputs, expectFast, FUZZ_TIMEOUT_MS, INPUTS, requireTrue } from '../../../tools/fuzz/fuzz.js'
import { createProofErrorFinder } from '../src/message-proof.js'
import { readBrokerUrls, toBrokerAddress } from '../src/rabbit/addresses.js'

const LOOPBACK = /^amqp:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?]|$)/

describe('under fuzzing, the broker adapter', () => {
  it(
    'speaks TLS off loopback to every address that does not say tls=off, and repeats none in a refusal',
    async () => {
      const good = [
        'amqp://user:pass%20word@rabbit.test:5672/shop?tls=off',
        'amqps://user:password@[::1]:5671/%2f,amqp://user:password@10.0.0.2',
        'amqp://user:password@127.0.0.1',
      ]
      const pieces = ['@', ':', '/', '%', '%2f', '?', '&', 'tls=off', 'tls=', ',', 'amqp://', '[', ']', '.', '1', '课']
      let accepted = 0
      await expectFast(damagedInputs(21, good, { pieces, maxLength: 10_000 }), (text) => {
        try {
          for (const url of readBrokerUrls(text)) {
            const address = toBrokerAddress(url, 10)
            accepted += 1
            requireTrue(address.isExposed === (address.url.startsWith('amqp:') && !LOOPBACK.test(address.url)))
            requireTrue(!address.isExposed || url.searchParams.get('tls') === 'off')
            requireTrue(!address.url.includes('@'))
          }
        } catch (error) {
          if (!CheckoutError.isInstance(error) || error.message.includes('pass')) throw error
        }
      })
      expect(accepted).toBeGreaterThan(INPUTS / 10)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'takes no proof but the one of the body',
    async () => {
      const pair = generateKeyPairSync('ed25519')
      const body = Buffer.from('{"id":"7"}')
      const proof = sign(null, body, pair.privateKey)
      const check = createProofErrorFinder(String(pair.publicKey.export({ type: 'spki', format: 'pem' })), 'required')
      const pieces = [...'ABCabc019-_.=/+ \0']
      const good = [proof.toString('base64'), proof.toString('base64url')]
      let accepted = 0
      await expectFast(damagedInputs(22, good, { pieces, maxLength: 10_000 }), (text) => {
        if (check(body, text) !== null) return
        accepted += 1
        requireTrue(Buffer.from(text, 'base64').equals(proof))
      })
      expect(accepted).toBeGreaterThan(10)
    },
    FUZZ_TIMEOUT_MS,
  )
})
