import { CheckoutError } from '@coursepay/core'
import { expect, it } from 'vitest'
import { damagedInputs, expectFast, FUZZ_TIMEOUT_MS, INPUTS, requireTrue } from '../../../tools/fuzz/fuzz.js'
import { readDatabaseAddress } from '../src/database-address.js'

const LOOPBACK = /^(?:localhost|::1|127(?:\.\d+){3})$/

it(
  'under fuzzing, a database off loopback is spoken to by TLS unless its address says tls=off, and no refusal repeats it',
  async () => {
    const good = [
      'mysql://user:pass%20word@mysql.test:3306/shop?tls=off&pool=20',
      'mariadb://user:password@127.0.0.1/shop',
      'mysql://user:password@[::1]:3306/shop?tls=on',
      'sqlite:./data/coursepay.db',
    ]
    const pieces = ['@', ':', '/', '%', '%2f', '?', '&', 'tls=off', 'tls=', '#', 'mysql://', '[', ']', '.', '1', '课']
    let accepted = 0
    await expectFast(damagedInputs(23, good, { pieces, maxLength: 10_000 }), (text) => {
      try {
        const read = readDatabaseAddress(text)
        accepted += 1
        if (read.kind !== 'mysql') return
        const { host, port, database, options } = read.address
        requireTrue(database !== '' && Number.isInteger(port) && port <= 65_535)
        requireTrue(options.tls === 'on' || LOOPBACK.test(host) || (text.includes('tls=off') && read.warning !== null))
      } catch (error) {
        if (!CheckoutError.isInstance(error) || /pass.?word/.test(error.message.replace('user:password@', '')))
          throw error
      }
    })
    expect(accepted).toBeGreaterThan(INPUTS / 10)
  },
  FUZZ_TIMEOUT_MS,
)
