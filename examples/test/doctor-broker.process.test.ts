import { describe, expect, it } from 'vitest'
import { diagnose } from './support/doctor.js'
import { createRabbitNames, findRabbit, named } from './support/services.js'

const rabbit = await findRabbit()

describe('the doctor', () => {
  it.skipIf(rabbit.missing !== null)(named('asks about the queue', rabbit), async () => {
    await using names = await createRabbitNames(rabbit.url)
    const settings = { ...names.environment, AMQP_QUEUE: names.queue('learning') }
    for (const kind of ['exchange', 'exchange', 'queue']) {
      expect((await diagnose(settings)).said).toMatch(new RegExp(`! broker: .*The ${kind} \\w+ does not exist yet`))
    }
    const required = await diagnose({ ...settings, REQUIRED_QUEUES: names.queue('audit') })
    expect(required.said).toMatch(/! broker: The queue \w+_audit of REQUIRED_QUEUES does not exist/)
    await names.bind('learning')
    const { code, said } = await diagnose(settings)
    expect([code, said]).toEqual([1, expect.stringMatching(/✗ broker: .*Set AMQP_QUEUE_TYPE/)])
    expect(said).not.toContain('whether it is running')
    expect((await diagnose({ ...settings, AMQP_QUEUE_TYPE: 'plain' })).said).toMatch(/✓ broker: The queue \w+ exists/)
  })

  it.skipIf(rabbit.missing !== null)(named('tells a refusal of the broker in its own words', rabbit), async () => {
    const AMQP_URL = new URL('/not-there', rabbit.url).href
    expect((await diagnose({ AMQP_URL })).said).toMatch(/✗ broker: .*(NOT_ALLOWED|not-there)/)
  })
})
