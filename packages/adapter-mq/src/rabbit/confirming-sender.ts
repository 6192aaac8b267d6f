import type { PublishOutcome } from '@coursepay/core/ports'
import type { AmqpConnection } from './amqp-connection.js'
import { errorTextOf } from './broker-error.js'
import type { ConfirmingChannel, Envelope } from './confirming-channel.js'
import { createPublishWindow } from './publish-window.js'
import type { RabbitSettings } from './rabbit-settings.js'
import { openChannelRenewedOnNack } from './renewing-channel.js'
import { type Supervisor, supervise } from './supervisor.js'
import { raceWithAbort, scheduleAfterActiveTime, withTimeout } from './timeouts.js'

/** Sends over whatever channel there is now, within the window and the time limit. */
export interface ConfirmingSender {
  /**
   * Always settles: at most one confirm time-out waiting for room and one for the confirm; at once while there is no
   * connection or it is blocked. Never rejects.
   */
  send(envelope: Envelope): Promise<PublishOutcome>
  /** True when a send can succeed now. */
  available(): boolean
  isBlocked(): boolean
  /** Senders that wait for room get `unknown`: called when the broker blocks the connection. */
  rejectWaiters(): void
  /** Resolves when the first attempt to open a channel is over, well or not. */
  firstAttempt(): Promise<unknown>
  /** Accepts no further message and waits for what is in flight, at most for the closing time limit. */
  close(): Promise<void>
}

export interface SenderDependencies {
  readonly connections: Supervisor<AmqpConnection>
  readonly settings: RabbitSettings
  /** Declares what the messages are sent to. */
  declareTargets(connection: AmqpConnection): Promise<void>
  /** Why nothing may be sent now, although the broker would take it; null when it may. */
  problem?(): string | null
}

const unknownOutcome = (reason: string): PublishOutcome => ({ kind: 'unknown', reason })

export function createConfirmingSender(dependencies: SenderDependencies): ConfirmingSender {
  const { connections, settings, declareTargets } = dependencies
  const { scheduler, onEvent, backoff, confirmTimeoutMs, closeTimeoutMs } = settings
  const window = createPublishWindow(settings.window)
  let isClosing = false
  const channels = supervise<ConfirmingChannel>({
    async open(signal) {
      const connection = await raceWithAbort(connections.ready(), signal)
      await declareTargets(connection)
      return openChannelRenewedOnNack(() => connection.openConfirmChannel(), settings)
    },
    backoff,
    scheduler,
    onOpen: () => {},
    onLost: (reason) => onEvent({ kind: 'channel_failed', reason }),
    onFailed: (error) => onEvent({ kind: 'channel_failed', reason: errorTextOf(error) }),
  })
  const isBlocked = (): boolean => connections.current()?.isBlocked() ?? false

  /** Why nothing can be sent now; null when it can. */
  function problem(): string | null {
    if (isClosing) return 'the broker is being closed'
    if (isBlocked()) return 'the broker has blocked the connection'
    if (channels.current() !== null) return dependencies.problem?.() ?? null
    const failure = connections.failure() ?? channels.failure()
    return failure === null ? 'not connected yet' : `not connected: ${errorTextOf(failure)}`
  }
  /**
   * Resolves with the outcome, or early with `unknown` when the confirm is late. The room is kept until the channel
   * knows more.
   */
  function sendOn(channel: ConfirmingChannel, envelope: Envelope): Promise<PublishOutcome> {
    return new Promise((resolve) => {
      const cancel = scheduleAfterActiveTime(scheduler, confirmTimeoutMs, () => {
        const reason = `no confirm within ${confirmTimeoutMs} ms`
        resolve(unknownOutcome(reason))
        // A dead network or a sick broker. A blocked one is neither: it will confirm, and cutting it would send all of
        // it twice.
        if (!isBlocked()) connections.current()?.destroy(reason)
      })
      void channel.send(envelope).then((outcome) => {
        cancel()
        window.release(envelope.content.length)
        resolve(outcome)
      })
    })
  }
  async function acquireRoom(bytes: number): Promise<string | null> {
    const acquisition = window.acquire(bytes)
    try {
      return (await withTimeout(scheduler, confirmTimeoutMs, 'Waiting for room', acquisition)) ? null : 'turned away'
    } catch (error) {
      // It still stands in the queue; what it gets there goes back at once.
      void acquisition.then((isAcquired) => isAcquired && window.release(bytes))
      return errorTextOf(error)
    }
  }

  return {
    isBlocked,
    available: () => problem() === null,
    rejectWaiters: () => window.rejectWaiters(),
    firstAttempt: () => channels.firstAttempt(),
    async send(envelope) {
      const bytes = envelope.content.length
      const reason = problem() ?? (window.tryAcquire(bytes) ? null : await acquireRoom(bytes))
      if (reason !== null) return unknownOutcome(problem() ?? reason)
      const channel = isBlocked() ? null : channels.current()
      if (channel !== null) return sendOn(channel, envelope)
      window.release(bytes)
      return unknownOutcome(problem() ?? 'not connected')
    },
    async close() {
      isClosing = true
      window.rejectWaiters()
      await withTimeout(scheduler, closeTimeoutMs, 'Waiting for confirms', window.waitUntilEmpty()).catch(() => {})
      await channels.close()
    },
  }
}
