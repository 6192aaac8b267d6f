import type { ConsumeMessage } from 'amqplib'
import { describe, expect, it } from 'vitest'
import { createDelivery } from '../src/rabbit/delivery.js'
import { fakeChannel } from './support/fake-channel.js'

describe('settling a delivery', () => {
  const open = () => {
    const { channel, calls } = fakeChannel()
    const state = { open: true }
    return { calls, state, delivery: createDelivery(channel, {} as ConsumeMessage, () => state.open) }
  }

  it('happens once: the broker closes the channel at the second time', () => {
    const { delivery, calls } = open()
    delivery.ack()
    delivery.ack()
    delivery.rejectAndRequeue()
    expect(calls).toEqual(['ack'])
    expect(delivery.canBeSettled()).toBe(false)
  })

  it('does not happen on a channel that is gone', () => {
    const { delivery, calls, state } = open()
    state.open = false
    delivery.ack()
    expect(calls).toEqual([])
  })

  it('requeues untried messages by nack, which later brokers do not count', () => {
    const { delivery, calls } = open()
    delivery.nackAndRequeue()
    expect(calls).toEqual(['nack true'])
  })
})
