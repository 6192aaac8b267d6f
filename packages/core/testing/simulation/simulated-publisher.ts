import type { MessagePublisher, PublishOutcome } from '../../src/shared/ports/message-publisher.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

/** The broker as our code reaches it: it may say no, say nothing, or store a message twice. */
export function simulatedPublisher(publisher: MessagePublisher, calls: PortCalls, life: Life): MessagePublisher {
  return {
    timeLimitMs: publisher.timeLimitMs,
    publish: (message) =>
      calls.inTurn<PublishOutcome>({
        life,
        kind: 'publish',
        label: `publish ${message.messageType} ${message.businessKey1}`,
        act: () => publisher.publish(message),
        async faulty(fault, act) {
          if (fault === 'refused') return { kind: 'refused', reason: 'the simulator refused it' }
          if (fault !== 'lost_before') await act()
          if (fault === 'twice') return act()
          return { kind: 'unknown', reason: 'the simulator lost the answer' }
        },
      }),
  }
}
