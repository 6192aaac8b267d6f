import { beforeAll, describe, expect, it } from 'vitest'
import { ownMysqlMissing, ownMysqlName } from '../../src/apps/soak/servers/own-mysql.js'
import { both, named, type Service } from '../support/services.js'
import { type GroupShop, NO_DAMAGE, openGroupShop, rabbit } from './support/group-shop.js'
import { dropUnreachable, makePrimary, type ReplicationGroup, startOwnGroup } from './support/own-group.js'

const START_MS = 90_000
/** A node that joins again may take a minute. */
const onDemand: Service = {
  ...{ name: 'nodes that join again', url: '' },
  missing: process.env.LONG_FAULTS === '1' ? null : 'it takes minutes, and LONG_FAULTS=1 runs it',
}
const needs = both({ name: `a group of three ${ownMysqlName}`, url: '', missing: ownMysqlMissing }, rabbit)

describe.skipIf(needs.missing !== null)(named('a shop', needs), () => {
  let group: ReplicationGroup
  beforeAll(async () => {
    group = await startOwnGroup()
    return () => group[Symbol.asyncDispose]()
  }, START_MS)

  async function outlives(name: string, fault: (shop: GroupShop) => Promise<void>): Promise<void> {
    const shop = await openGroupShop(group, name)
    await shop.sells(30)
    await fault(shop)
    await shop.sells(30)
    for (const node of shop.nodes) expect(await shop.damage(node)).toEqual(NO_DAMAGE)
  }

  it('given buyers at work, when another node is made the primary, then each paid course is delivered and no message is dead', () =>
    outlives('demoted', async ({ nodes: [, next], balancer, refuses }) => {
      await makePrimary(next)
      await refuses(20)
      balancer.leadTo(next.url)
    }))

  describe.skipIf(onDemand.missing !== null)(named('a shop that waits', onDemand), () => {
    it('given buyers at work, when the primary shuts down, then each paid course is delivered and no message is dead', () =>
      outlives('stopped', async ({ nodes: [primary, asked], balancer }) => {
        await primary.stop()
        balancer.leadTo((await group.primaryAfter(primary, asked)).url)
        await primary.start()
      }))

    it('given buyers at work, when the primary and one more are killed and the third drops them, then each paid course is delivered and no message is dead', () =>
      outlives('survived', async ({ nodes: [primary, other, survivor], balancer, refuses }) => {
        // In this order, what the primary answers last has reached the survivor.
        await other.crash()
        await primary.crash()
        balancer.leadTo(survivor.url)
        await refuses(20)
        await dropUnreachable(survivor)
        balancer.leadTo((await group.primaryAfter(primary, survivor)).url)
        await Promise.all([primary.start(), other.start()])
      }))
  })
})
