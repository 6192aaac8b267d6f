import { writePayResultMessage } from '@coursepay/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

describe.skipIf(rabbit.missing)(named('the publisher on RabbitMQ', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  it('given a bound queue, then the message is confirmed and stands there as the contract says', async () => {
    await corner.bindQueue(corner.queue)
    const { publisher } = await corner.open()
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'confirmed' })
    const [stored, ...more] = await corner.drain(corner.queue)
    expect(more).toEqual([])
    expect(stored?.content.toString()).toBe(writePayResultMessage(sampleMessage()))
    expect(stored?.properties).toMatchObject({
      messageId: sampleMessage().id,
      type: 'payresult_notify',
      contentType: 'application/json',
      deliveryMode: 2,
    })
  })

  it('given no bound queue, then it is refused', async () => {
    const { publisher } = await corner.open()
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'refused', reason: 'no queue is bound' })
  })
})
