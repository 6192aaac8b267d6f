import { expect, it } from 'vitest'
import { checkServerVersion } from '../src/mysql/server-version.js'

it.each([
  '8.0.1',
  '8.0.36',
  '8.0.36-28',
  '8.0.44-0ubuntu0.22.04.1',
  '8.4.3',
  '9.1.0',
  '10.6.0-MariaDB',
  '10.11.19-MariaDB-0+deb12u1',
  '5.5.5-10.6.16-MariaDB-log',
  '11.8.2-MariaDB-ubu2404',
  '12.0.1-MariaDB',
])('takes %s', (version) => expect(() => checkServerVersion(version)).not.toThrow())

it.each([
  ['5.7.44-log', 'MySQL 5.7.44'],
  ['5.6.51', 'MySQL 5.6.51'],
  ['8.0.0-dmr', 'MySQL 8.0.0'],
  ['10.5.23-MariaDB', 'MariaDB 10.5.23'],
  ['5.5.5-10.4.34-MariaDB-1:10.4.34+maria~ubu2004', 'MariaDB 10.4.34'],
  ['5.5.68-MariaDB', 'MariaDB 5.5.68'],
])('refuses %s with a sentence that says what it is and what is needed', (version, product) => {
  expect(() => checkServerVersion(version)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: `The database server is too old: ${product}. Use MySQL 8.0.1 or MariaDB 10.6, or newer.`,
    }),
  )
})

it('refuses what is no version', () => {
  expect(() => checkServerVersion('PostgreSQL')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
