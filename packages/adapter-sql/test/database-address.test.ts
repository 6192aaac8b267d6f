import { expect, it } from 'vitest'
import { readDatabaseAddress } from '../src/database-address.js'

it.each([
  ['sqlite:./data/coursepay.db', './data/coursepay.db'],
  ['sqlite:/var/lib/coursepay.db', '/var/lib/coursepay.db'],
  ['sqlite:///var/lib/coursepay.db', '/var/lib/coursepay.db'],
  ['SQLite:coursepay.db', 'coursepay.db'],
])('reads %s as the file %s', (address, file) => {
  expect(readDatabaseAddress(address)).toEqual({ kind: 'sqlite', file })
})

it('reads sqlite::memory: as a database that goes with its process', () => {
  expect(readDatabaseAddress('sqlite::memory:')).toEqual({ kind: 'temporary' })
})

it.each(['postgres://user:s3cret@host/db', 'coursepay.db', '', 'sqlite:', 's3cret:of user@host'])(
  'refuses %j with invalid_request and shows no password',
  (address) => {
    const refusal = expect(() => readDatabaseAddress(address))
    refusal.toThrow(expect.objectContaining({ code: 'invalid_request' }))
    refusal.toThrow(/^(?!.*s3cret@)/)
  },
)
