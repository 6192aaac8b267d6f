import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  connect,
  credentials,
  IllegalOperationError,
  type SocketOptions,
} from 'amqplib'
import type { BrokerAddress } from './addresses.js'
import { errorTextOf, NOT_FOUND, replyCodeOf } from './broker-error.js'
import type { ConnectionRole } from './broker-event.js'
import { explainConnectError } from './connect-error.js'
import type { RabbitSettings } from './rabbit-settings.js'
import type { SupervisedResource } from './supervisor.js'
import { TimeLimitError, withTimeout } from './timeouts.js'

/** One TCP connection to the broker. */
export interface AmqpConnection extends SupervisedResource {
  /** As the broker names it, such as `3.13.7`; null when it does not. */
  readonly serverVersion: string | null
  isBlocked(): boolean
  openChannel(): Promise<Channel>
  openConfirmChannel(): Promise<ConfirmChannel>
  /** Waits for one reply of the broker; when it is late, the connection counts as dead and is cut. */
  awaitReply<Result>(operation: string, reply: Promise<Result>): Promise<Result>
  /** Runs a few calls on a channel of their own. A refusal of the broker closes that channel and nothing else. */
  withChannel<Result>(task: (channel: Channel) => Promise<Result>): Promise<Result>
  /** Cuts the socket: for a peer that no longer answers. */
  destroy(reason: string): void
}

export interface ConnectionDependencies {
  readonly address: BrokerAddress
  readonly role: ConnectionRole
  readonly settings: RabbitSettings
  onBlocked(): void
}

/** Connects within the time limit. A refused login, an unreachable host and a silent peer all reject. */
export async function openConnection(
  dependencies: ConnectionDependencies,
  signal: AbortSignal,
): Promise<AmqpConnection> {
  const { scheduler, connectTimeoutMs, connectionName } = dependencies.settings
  const socketAbort = new AbortController()
  const onAbort = (): void => socketAbort.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  const { url, username, password, isExposed } = dependencies.address
  const options: SocketOptions & { readonly signal: AbortSignal } = {
    credentials: credentials.plain(username, password),
    noDelay: true,
    keepAlive: true,
    clientProperties: { connection_name: `${connectionName} ${dependencies.role}` },
    signal: socketAbort.signal,
  }
  try {
    // Listeners are attached in the same turn as the answer, also when it comes too late: an `error` that nobody hears
    // ends the process.
    const opening = connect(url, options).then((model) => toAmqpConnection(model, dependencies, socketAbort))
    const connection = await withTimeout(scheduler, connectTimeoutMs, 'Connecting', opening)
    if (isExposed) dependencies.settings.onEvent({ kind: 'exposed', connection: dependencies.role })
    return connection
  } catch (error) {
    socketAbort.abort()
    throw explainConnectError(error, dependencies.address)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function toAmqpConnection(
  model: ChannelModel,
  { role, settings, onBlocked }: ConnectionDependencies,
  socketAbort: AbortController,
) {
  const { scheduler, connectTimeoutMs, closeTimeoutMs, onEvent } = settings
  const ended = Promise.withResolvers<string>()
  let isBlocked = false
  let lastError = ''
  model.on('error', (error: Error) => {
    lastError = errorTextOf(error)
  })
  // A broker that shuts down closes without an `error`, so `close` is what counts.
  model.on('close', (error?: Error) => {
    ended.resolve(lastError || (error === undefined ? 'closed' : errorTextOf(error)))
    // After a heartbeat time-out amqplib only ends the stream, and the socket would wait for a peer that is gone.
    socketAbort.abort()
  })
  model.on('blocked', (reason: string) => {
    isBlocked = true
    onEvent({ kind: 'blocked', connection: role, reason })
    onBlocked()
  })
  model.on('unblocked', () => {
    isBlocked = false
    onEvent({ kind: 'unblocked', connection: role })
  })
  function destroy(reason: string): void {
    lastError ||= reason
    socketAbort.abort()
    ended.resolve(lastError)
  }
  async function awaitReply<Result>(operation: string, reply: Promise<Result>): Promise<Result> {
    try {
      return await withTimeout(scheduler, connectTimeoutMs, operation, reply)
    } catch (error) {
      // A connection that the broker closes right after opening emits `close` before anyone listens.
      if (error instanceof TimeLimitError || error instanceof IllegalOperationError) destroy(error.message)
      throw error
    }
  }
  const withReply = <Any extends Channel>(answer: Promise<Any>): Promise<Any> =>
    awaitReply('Opening a channel', answer.then(addErrorListener))
  const connection: AmqpConnection = {
    serverVersion: serverVersionOf(model),
    ended: ended.promise,
    isBlocked: () => isBlocked,
    awaitReply,
    openChannel: () => withReply(model.createChannel()),
    openConfirmChannel: () => withReply(model.createConfirmChannel()),
    async withChannel(task) {
      const channel = await connection.openChannel()
      try {
        return await awaitReply('The call to the broker', task(channel))
      } finally {
        await closeChannel(channel, settings)
      }
    },
    destroy,
    async close() {
      // amqplib's close() never settles when the socket dies in the middle of it.
      await withTimeout(scheduler, closeTimeoutMs, 'Closing', Promise.race([model.close(), ended.promise])).catch(
        () => {},
      )
      destroy('closed')
    },
  }
  return connection
}

function serverVersionOf({ connection }: ChannelModel): string | null {
  const version: unknown = Reflect.get(Object(connection.serverProperties), 'version')
  return typeof version === 'string' ? version : null
}

/**
 * A channel that the broker closes emits `error`; without a listener it would end the process. The rejection tells the
 * caller.
 */
function addErrorListener<Any extends Channel>(channel: Any): Any {
  channel.on('error', () => {})
  return channel
}

/**
 * Closes a channel, within the time limit. amqplib's close() never settles when the connection dies in the middle of
 * it, but the channel tells its `close`. Never rejects: a channel that is closed already is closed enough.
 */
export async function closeChannel(channel: Channel, settings: RabbitSettings): Promise<void> {
  const closed = new Promise<void>((resolve) => channel.once('close', resolve))
  const closing = Promise.resolve().then(() => channel.close())
  const closedOrEnded = Promise.race([closing, closed])
  await withTimeout(settings.scheduler, settings.closeTimeoutMs, 'Closing a channel', closedOrEnded).catch(() => {})
}

/** Looks without declaring, for which a user needs no right. The broker answers 404 by closing the channel. */
export async function existsOnBroker(connection: AmqpConnection, check: (channel: Channel) => Promise<unknown>) {
  try {
    await connection.withChannel(check)
    return true
  } catch (error) {
    if (replyCodeOf(error) === NOT_FOUND) return false
    throw error
  }
}
