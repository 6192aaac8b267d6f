import { expect, it } from 'vitest'
import { readDatabaseAddress } from '../src/database-address.js'
import { sqlStore } from '../src/sql-store.js'

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

const mysql = 'mysql://shop:pass@db.example/checkout'

it('reads a MySQL address, with the options of its query', () => {
  expect(readDatabaseAddress('mysql://shop:p%40ss%2F%23@[::1]:3307/check%20out?pool=25&tls=on')).toEqual({
    kind: 'mysql',
    address: {
      host: '::1',
      port: 3_307,
      user: 'shop',
      password: 'p@ss/#',
      database: 'check out',
      options: { pool: 25, queue: 1_000, connectTimeoutMs: 3_000, answerTimeoutMs: 10_000, tls: 'on' },
    },
    warning: null,
  })
})

it('knows port and options when a MySQL address names none', () => {
  expect(readDatabaseAddress('mariadb://root@127.0.0.1/shop')).toMatchObject({
    kind: 'mysql',
    address: { port: 3_306, user: 'root', password: '', options: { pool: 10, tls: 'off' } },
  })
})

it('a MySQL address off this machine is encrypted unless it says otherwise', () => {
  const tlsOf = (address: string) => {
    const found = readDatabaseAddress(address)
    return found.kind === 'mysql' ? found.address.options.tls : null
  }
  expect(['db.example', '10.0.0.7', '[fd00::2]'].map((host) => tlsOf(`mysql://root@${host}/shop`))).toEqual([
    'on',
    'on',
    'on',
  ])
  expect(['localhost', '127.0.0.2', '[::1]'].map((host) => tlsOf(`mysql://root@${host}/shop`))).toEqual([
    'off',
    'off',
    'off',
  ])
  expect(tlsOf('mysql://root@db.example/shop?tls=off')).toBe('off')
})

it.each([
  ['no database', 'mysql://shop:s3cret@db.example', 'must have the form'],
  ['no host', 'mysql:///shop', 'must have the form'],
  ['a password with a # in it', 'mysql://shop:s3cret#@db.example/shop', '%23'],
  ['a password with a lone %', 'mysql://shop:s3cret%@db.example/shop', '%25'],
  ['an unknown option', `${mysql}?s3cret=1`, 'pool'],
  ['a pool of none', `${mysql}?pool=0`, 'pool'],
  ['a pool of many', `${mysql}?pool=many`, 'pool'],
  ['half of TLS', `${mysql}?tls=maybe`, 'tls'],
])('refuses a MySQL address with %s, and shows no password', (_, address, hint) => {
  const refusal = expect(() => readDatabaseAddress(address))
  refusal.toThrow(expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(hint) }))
  refusal.toThrow(/^(?!.*s3cret)/)
})

it.each([
  ['no options', undefined, 'sqlStore needs exactly one of url, knex and pool (of mysql2).'],
  [
    'a url and a pool',
    { url: 'sqlite::memory:', pool: {} },
    'sqlStore needs exactly one of url, knex and pool (of mysql2).',
  ],
  ['another way to migrate', { url: 'sqlite::memory:', migrations: 'maybe' }, 'migrations must be "run" or "check".'],
])('refuses a store with %s at once, with a sentence', (_, options, message) => {
  const refusal = expect.objectContaining({ code: 'invalid_request', message })
  expect(() => sqlStore(options as Parameters<typeof sqlStore>[0])).toThrow(refusal)
})
