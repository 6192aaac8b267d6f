import { describe, expect, it } from 'vitest'
import { recordingTracer } from '../../../test/recording-tracer.js'
import { sampleCourse, sampleUserId } from '../../../testing/contracts/index.js'
import { inMemoryLearningStore, manualScheduler, sequentialIds, settableClock } from '../../../testing/fakes/index.js'
import type { MessageSubscriber } from '../../ports.js'
import { createLearningModule, type LearningModuleParts } from './create-learning-module.js'

const course = sampleCourse()

function openLearningModule(changes: Partial<LearningModuleParts> = {}) {
  const clock = settableClock(1_000_000)
  const scheduler = manualScheduler(clock)
  const queues: string[] = []
  let stops = 0
  const subscriber: MessageSubscriber = {
    async subscribe(queue) {
      queues.push(queue)
      return {
        async stop() {
          stops += 1
        },
      }
    },
  }
  const store = inMemoryLearningStore([course])
  const learning = createLearningModule({
    ...{ store, scheduler, clock, ids: sequentialIds(), subscriber, queue: 'paynotify_queue' },
    ...changes,
  })
  return { learning, scheduler, queues, stops: () => stops }
}

describe('the learning module', () => {
  it('reads its queue once it is started, however often, and no more when it was stopped', async () => {
    const { learning, queues, stops } = openLearningModule()
    await learning.stop()
    await learning.start()
    await learning.start()
    expect([queues, stops()]).toEqual([['paynotify_queue'], 0])
    await learning.stop()
    await learning.stop()
    expect(stops()).toBe(1)
    await learning.start()
    expect(queues.length).toBe(2)
  })

  it('asks about waiting choices every five seconds while it runs, and reports a round that failed', async () => {
    const failures: unknown[] = []
    let rounds = 0
    const { learning, scheduler } = openLearningModule({
      paidMessageResender: {
        async resendMessage() {
          rounds += 1
          throw new Error('the order service is away')
        },
      },
      onResendError: ({ message }: Error) => failures.push(message),
    } as Partial<LearningModuleParts>)
    await learning.service.chooseCourse(sampleUserId, course.courseId)
    await scheduler.advance(120_000)
    expect(rounds).toBe(0)
    await learning.start()
    await scheduler.advance(5_000)
    expect([rounds, failures]).toEqual([2, Array(2).fill('the order service is away')])
    await learning.stop()
    await scheduler.advance(60_000)
    expect(rounds).toBe(2)
  })

  it('asks nobody when it knows nobody to ask', async () => {
    const failures: unknown[] = []
    const { learning, scheduler } = openLearningModule({ onResendError: (error) => failures.push(error) })
    await learning.service.chooseCourse(sampleUserId, course.courseId)
    await learning.start()
    await scheduler.advance(180_000)
    await learning.stop()
    expect(failures).toEqual([])
  })

  it('works without a listener for failures', async () => {
    const { learning, scheduler } = openLearningModule({
      paidMessageResender: { resendMessage: () => Promise.reject(new Error('away')) },
    })
    await learning.service.chooseCourse(sampleUserId, course.courseId)
    await scheduler.advance(120_000)
    await learning.start()
    await scheduler.advance(5_000)
    await learning.stop()
  })

  it('traces each commit with the course, the choice and what became of it', async () => {
    const { tracer, spans } = recordingTracer()
    const asked: string[] = []
    const resendMessage = async (_: string, id: string) => {
      asked.push(id)
      return 'not_paid' as const
    }
    const { learning, scheduler } = openLearningModule({ tracer, paidMessageResender: { resendMessage } })
    const { choice } = await learning.service.chooseCourse(sampleUserId, course.courseId)
    expect(spans).toMatchObject([
      {
        name: 'commit entitlement',
        attributes: {
          'coursepay.course_id': course.courseId,
          'coursepay.choose_course_id': choice.id,
          'coursepay.outcome': 'committed',
        },
      },
    ])
    expect((await learning.service.myCourseTable(sampleUserId, 1, 10)).total).toBe(0)
    await scheduler.advance(120_000)
    await learning.start()
    await learning.stop()
    expect(asked).toEqual([choice.id])
  })
})
