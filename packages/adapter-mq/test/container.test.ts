import 'reflect-metadata'
import { Port } from '@coursepay/core/container'
import { Container } from 'inversify'
import { describe, expect, it } from 'vitest'
import { rabbitModule } from '../src/container.js'
import type { RabbitBroker } from '../src/index.js'

describe('the container module of RabbitMQ', () => {
  const broker = {
    publisher: { publish: async () => ({ kind: 'confirmed' }) },
    subscriber: {},
  } as unknown as RabbitBroker

  it("binds the broker's two ends and the seed's queue", async () => {
    const container = new Container()
    await container.load(rabbitModule(broker))
    expect(container.get(Port.messagePublisher)).toBe(broker.publisher)
    expect(container.get(Port.messageSubscriber)).toBe(broker.subscriber)
    expect(container.get(Port.learningQueue)).toBe('paynotify_queue')
  })

  it('binds another queue when one is named', async () => {
    const container = new Container()
    await container.load(rabbitModule(broker, 'another_queue'))
    expect(container.get(Port.learningQueue)).toBe('another_queue')
  })
})
