import { describe, it } from 'vitest'
import { run } from '../support/process.js'
import { both, findMysql, findRabbit, named, sqlite } from '../support/services.js'

const [rabbit, mysql] = await Promise.all([findRabbit(), findMysql()])
const stores = [
  { store: 'sqlite', needs: sqlite },
  { store: 'mysql', needs: both(mysql, rabbit) },
]

describe.concurrent('a short soak run', () => {
  for (const { store, needs } of stores) {
    const title = `given 60 purchases under faults while the server is killed, on ${store}, then the ledgers agree in the end`
    it.skipIf(needs.missing !== null)(named(title, needs), { timeout: 300_000 }, async ({ expect, onTestFinished }) => {
      // Of this test: the global ones may be another's that runs at the same time.
      const { TEST_MYSQL_URL = mysql.url, TEST_AMQP_URL = rabbit.url } = process.env
      const soak = run('apps/soak/main.js', { TEST_MYSQL_URL, TEST_AMQP_URL }, [
        ...['--purchases', '60', '--seconds', '8', '--store', store, '--seed', '7'],
      ])
      onTestFinished(async () => void (await soak.kill('SIGTERM')))
      const code = await soak.ended()
      console.info(soak.output())
      expect(code, soak.output()).toBe(0)
      expect(Number(/killed (\d+) times/.exec(soak.output())?.[1])).toBeGreaterThanOrEqual(2)
      expect(soak.output().match(/^✓/gm)).toHaveLength(8)
    })
  }
})
