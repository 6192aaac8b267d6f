import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mysqlServers, pairServers, rabbitServers, readMysqlName, readRabbitName, type Server } from './matrix.js'
import { listNotRun } from './not-run.js'
import { serversOf, withTable } from './table.js'

const page = readFileSync(`${import.meta.dirname}/../../docs/tested-versions.md`, 'utf8')
const server = (name: string): Server => ({ name, url: `url of ${name}` })
const found = [...mysqlServers, ...rabbitServers].map(({ name }) => name).filter((name) => /\d/.test(name))
/** A patch of a server is no other server. */
const series = (name: string) => name.replace(/(\d+\.\d+)\.\d+$/, '$1')

describe('the name of a server', () => {
  it.each([
    ['J\0\0\0\n9.7.4-2\0rest', 'MySQL 9.7.4'],
    ['Y\0\0\0\n5.5.5-10.11.19-MariaDB-0+deb12u1\0rest', 'MariaDB 10.11.19'],
    ['Y\0\0\0\n11.8.2-MariaDB\0rest', 'MariaDB 11.8.2'],
    ['', null],
  ])('is read from what a database says first: %j', (greeting, name) => expect(readMysqlName(greeting)).toBe(name))

  it('is read from what a broker says first', () => {
    expect(readRabbitName('\0capabilities\x07versionS\0\0\0\x054.3.6\x08platform')).toBe('RabbitMQ 4.3.6')
    expect(readRabbitName('')).toBeNull()
  })
})

describe('pairs of servers', () => {
  it('hold every server once at least, and none is left alone', () => {
    const [one, two, three, broker] = [server('one'), server('two'), server('three'), server('broker')]
    const names = pairServers([one, two, three], [broker]).map((pair) => [pair.TEST_MYSQL_NAME, pair.TEST_AMQP_NAME])
    expect(names).toEqual([
      ['one', 'broker'],
      ['two', 'broker'],
      ['three', 'broker'],
    ])
  })
})

describe('the table of what was tested', () => {
  const tested = { 'mysql-races': { 'MySQL 9.7.4': 12, 'MariaDB 10.11.19': 11 }, rabbit: { 'RabbitMQ 4.3.6': 3 } }

  it('holds the numbers between its marks, and nothing of the last run', () => {
    const empty = withTable('before <!-- tested: npm run tested -->\n| old 1.2.3 |\n<!-- /tested --> after', {})
    const filled = withTable(empty, tested)
    expect(filled).toContain('| `mysql-races` | 11 | 12 |  |')
    expect(filled).toMatch(/^before .* after$/s)
    expect(filled).not.toContain('old')
    expect(serversOf(filled)).toEqual(['MariaDB 10.11.19', 'MySQL 9.7.4', 'RabbitMQ 4.3.6'])
  })
})

describe('the list of what was not run', () => {
  it('has one line for each reason, with its files, and nothing of tests that name none', () => {
    const why = 'races on MySQL (skipped: no MySQL answers (ECONNREFUSED))'
    expect(
      listNotRun([
        { file: 'b.test.ts', fullName: `${why} > books once` },
        { file: 'b.test.ts', fullName: `${why} > refunds once` },
        { file: 'a.test.ts', fullName: why },
        { file: 'c.test.ts', fullName: 'a group (skipped: TEST_MYSQLD names no MySQL server)' },
        { file: 'd.test.ts', fullName: 'left out by -t' },
      ]),
    ).toEqual(['TEST_MYSQLD names no MySQL server: c.test.ts', 'no MySQL answers (ECONNREFUSED): a.test.ts, b.test.ts'])
  })
})

const { TEST_SERVERS_ABSENCE: absence } = process.env

describe.skipIf(absence === undefined || found.length === 0)('in CI, docs/tested-versions.md (npm run tested)', () => {
  it.each(found)('has in its table the version that tests run on: %s', (name) => {
    expect(serversOf(page).map(series)).toContain(series(name))
  })
})

const promised = 'in CI, the servers that production is promised'
describe.skipIf(absence !== '')(absence ? `${promised} (skipped: ${absence})` : promised, () => {
  it.each(['MySQL 9', 'RabbitMQ 4'])('are among those that tests run on: %s', (name) => {
    expect(found.filter((each) => each.startsWith(name))).toHaveLength(1)
  })
})
