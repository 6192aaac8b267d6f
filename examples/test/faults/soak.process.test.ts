import { describe, it } from 'vitest'
import { ownServersMissingReason } from '../../src/apps/soak/servers/open-servers.js'
import { run } from '../support/process.js'
import { named, sqlite } from '../support/services.js'

const stores = [
  { store: 'sqlite', needs: sqlite },
  { store: 'mysql', needs: { name: 'servers of its own', url: '', missing: ownServersMissingReason } },
] as const

/** Killed, cut off, full or stepped; a disk is filled only where root runs the tests. */
const outages = { sqlite: 3, mysql: 7 }

// Both wait most of the time, and share nothing.
describe.concurrent('a short soak run', () => {
  for (const { store, needs } of stores) {
    const title = `given 60 purchases under faults and outages of everything on ${store}, then the ledgers agree in the end, and every paid order has its course`
    it.skipIf(needs.missing !== null)(named(title, needs), { timeout: 400_000 }, async ({ expect, onTestFinished }) => {
      const soak = run('apps/soak/main.js', {}, [
        ...['--purchases', '60', '--seconds', '8', '--store', store, '--seed', '7'],
      ])
      onTestFinished(async () => void (await soak.kill('SIGTERM')))
      const code = await soak.ended()
      console.info(soak.output())
      expect(code, soak.output()).toBe(0)
      expect(soak.output().match(/nothing was sold for/g)?.length).toBeGreaterThanOrEqual(outages[store])
      expect(soak.output().match(/^✓/gm)).toHaveLength(9)
    })
  }
})
