import { beforeAll, describe, expect, it } from 'vitest'
import { ownMysqlMissing, ownMysqlName } from '../../src/apps/soak/servers/own-mysql.js'
import { both, named, type Service } from '../support/services.js'
import { until } from '../support/until.js'
import { type GroupShop, NO_DAMAGE, openGroupShop, rabbit } from './support/group-shop.js'
import {
  dropUnreachable,
  joinGroup,
  leaveGroup,
  makePrimary,
  type ReplicationGroup,
  startOwnGroup,
} from './support/own-group.js'

const START_MS = 90_000
/** MySQL takes up to 50 s to drop members, and twenty refusals up to 25 s. */
const DROP_MS = 240_000
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

  /** From when it first says so. */
  async function isNotReadyWhile({ readiness }: GroupShop, trouble: Promise<void>): Promise<void> {
    await until(readiness, (status) => status === 503)
    let isOver = false
    const ending = trouble.finally(() => {
      isOver = true
    })
    await until(readiness, (status) => isOver || status !== 503).then((status) => expect(status).toBe(503))
    await ending
  }

  it('given buyers at work, when another node is made the primary, then each paid course is delivered and no message is dead', () =>
    outlives('demoted', async ({ nodes: [, next], balancer, refuses }) => {
      await makePrimary(next)
      await refuses(20)
      balancer.leadTo(next.url)
    }))

  it('given buyers at work, when both secondaries stand still, then sales are refused in time and the shop is not ready, until both work again', () =>
    outlives('halted', async (shop) => {
      const [, one, other] = shop.nodes
      for (const node of [one, other]) node.pause()
      await isNotReadyWhile(shop, shop.refuses(20))
      for (const node of [one, other]) node.resume()
      await until(shop.readiness, (status) => status === 200)
    }))

  describe.skipIf(onDemand.missing !== null)(named('a shop that waits', onDemand), () => {
    it('given buyers at work, when the primary shuts down, then each paid course is delivered and no message is dead', () =>
      outlives('stopped', async ({ nodes: [primary, asked], balancer }) => {
        await primary.stop()
        balancer.leadTo((await group.primaryAfter(primary, asked)).url)
        await primary.start()
      }))

    it(
      'given buyers at work, when both secondaries are killed and the primary drops them, then each paid course is delivered and no message is dead',
      () =>
        outlives('alone', async (shop) => {
          const [primary, one, other] = shop.nodes
          await Promise.all([one.crash(), other.crash()])
          await isNotReadyWhile(shop, shop.refuses(20))
          await dropUnreachable(primary)
          await shop.sells(30)
          await one.start()
          await other.start()
        }),
      DROP_MS,
    )

    it('given buyers at work, when the primary leaves the group, then each paid course is delivered and no message is dead', () =>
      outlives('relieved', async ({ nodes: [primary, asked], balancer, refuses }) => {
        await leaveGroup(primary)
        await refuses(20)
        balancer.leadTo((await group.primaryAfter(primary, asked)).url)
        await joinGroup(primary, false)
      }))

    it('given buyers at work, when all three are killed and the group is bootstrapped again, then each paid course is delivered and no message is dead', () =>
      outlives('bootstrapped', async (shop) => {
        await Promise.all(shop.nodes.map((node) => node.crash()))
        await shop.refuses(20)
        await Promise.all(shop.nodes.map((node) => node.revive()))
        await isNotReadyWhile(shop, shop.refuses(20))
        shop.balancer.leadTo((await group.bootstrapAgain()).url)
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
