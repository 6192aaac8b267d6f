import type { ConfirmChannel } from 'amqplib'
import { type ConfirmingChannel, NACKED_REASON, wrapConfirmChannel } from './confirming-channel.js'
import type { RabbitSettings } from './rabbit-settings.js'

interface ChannelWithInFlightCount {
  readonly channel: ConfirmingChannel
  inFlight: number
}

/**
 * Sends over another channel after a nack; what is in flight on the old one is still answered. RabbitMQ 3.10 looks for
 * a quorum queue's leader once for each channel: if that node has just been killed, it refuses every message of the
 * channel until the node is back, and takes those of a new channel.
 */
export async function openChannelRenewedOnNack(
  openChannel: () => Promise<ConfirmChannel>,
  settings: RabbitSettings,
): Promise<ConfirmingChannel> {
  const ended = Promise.withResolvers<string>()
  let current = await openWithInFlightCount()
  let renewal: Promise<void> | null = null

  async function openWithInFlightCount(): Promise<ChannelWithInFlightCount> {
    const opened: ChannelWithInFlightCount = {
      channel: wrapConfirmChannel(await openChannel(), settings),
      inFlight: 0,
    }
    void opened.channel.ended.then((reason) => {
      if (opened === current) ended.resolve(reason)
    })
    return opened
  }
  function closeWhenConfirmed(old: ChannelWithInFlightCount): void {
    if (old !== current && old.inFlight === 0) void old.channel.close()
  }
  async function renew(old: ChannelWithInFlightCount): Promise<void> {
    // Without a connection the current channel ends too.
    const opened = await openWithInFlightCount().catch(() => null)
    renewal = null
    if (opened === null) return
    current = opened
    closeWhenConfirmed(old)
  }
  return {
    ended: ended.promise,
    async close() {
      await renewal
      await current.channel.close()
    },
    async send(envelope) {
      const used = current
      used.inFlight += 1
      const outcome = await used.channel.send(envelope)
      used.inFlight -= 1
      if (outcome.kind === 'refused' && outcome.reason === NACKED_REASON && used === current) renewal ??= renew(used)
      closeWhenConfirmed(used)
      return outcome
    },
  }
}
