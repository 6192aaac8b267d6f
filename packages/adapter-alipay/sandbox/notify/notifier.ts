import type { CancelTimer, SandboxClock } from '../clock.js'
import { type DeliveryPlan, planDelivery } from '../faults/notify.js'
import type { FaultTable } from '../faults/rules.js'
import { formatBeijing } from '../formats.js'
import { newNotifyId } from '../identifiers.js'
import type { RsaKeyPair } from '../keys.js'
import { type Fields, signFields } from '../signature.js'
import { type DeliveryResult, deliver, InFlightDeliveries } from './delivery.js'
import { isEventNotified, type NotifyContent, type NotifyEvent, notifyFields } from './fields.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Waits between the eight attempts (Alipay's document: 4m, 10m, 10m, 1h, 2h, 6h, 15h). */
export const RETRY_DELAYS_MS: readonly number[] = [
  4 * MINUTE_MS,
  10 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  15 * HOUR_MS,
]

/** One attempt as it went out. */
export interface NotifyAttempt extends DeliveryResult {
  readonly at: number
  /** The form body as sent; empty when it was lost on the way. */
  readonly body: string
}

/** A notification and what became of it. */
export interface SandboxNotification {
  readonly notifyId: string
  readonly event: NotifyEvent
  readonly outTradeNo: string
  readonly url: string
  readonly attempts: readonly NotifyAttempt[]
  readonly state: 'pending' | 'acknowledged' | 'given_up'
}

interface TrackedNotification extends SandboxNotification {
  readonly fields: Fields
  readonly attempts: NotifyAttempt[]
  state: SandboxNotification['state']
  /** Attempts made in the rhythm; those asked for by hand are not among them. */
  scheduledAttempts: number
  cancelRetry?: CancelTimer
}

interface NotifierSettings {
  readonly clock: SandboxClock
  readonly keys: RsaKeyPair
  readonly faults: FaultTable
  /** Multiplies the waits between attempts. */
  readonly timeScale: number
  readonly answerTimeoutMs: number
  /** How many notifications that are over stay readable. */
  readonly historyLimit: number
}

/** Sends notifications until they are acknowledged or eight attempts have failed. */
export class Notifier {
  readonly #settings: NotifierSettings
  readonly #notifications = new Map<string, TrackedNotification>()
  readonly #heldDeliveries = new Map<string, Array<() => Promise<void>>>()
  readonly #inFlight = new InFlightDeliveries()
  #abort = new AbortController()

  constructor(settings: NotifierSettings) {
    this.#settings = settings
  }

  /** Queues a notification; the first attempt starts at once and never in the caller's turn. */
  enqueue(content: NotifyContent, url: string | undefined): void {
    if (url === undefined || !isEventNotified(content.trade.payMethod, content.event)) return
    const notifyId = newNotifyId(this.#settings.clock.now())
    const { event, trade } = content
    const fields = { ...notifyFields(content), notify_id: notifyId }
    const { outTradeNo } = trade
    const entry: TrackedNotification = {
      notifyId,
      event,
      outTradeNo,
      url,
      fields,
      attempts: [],
      state: 'pending',
      scheduledAttempts: 0,
    }
    this.#notifications.set(notifyId, entry)
    this.#removeOldest()
    void this.#inFlight.track(async () => this.#startAttempt(entry))
  }

  list(): readonly SandboxNotification[] {
    return [...this.#notifications.values()].map(
      ({ fields: _fields, cancelRetry: _cancel, scheduledAttempts: _tries, ...seen }) => ({
        ...seen,
        attempts: [...seen.attempts],
      }),
    )
  }

  /** Sends a notification once more, outside its rhythm and whatever its state. */
  async redeliver(notifyId: string): Promise<NotifyAttempt> {
    const entry = this.#notifications.get(notifyId)
    if (!entry) throw new Error(`no notification ${notifyId}`)
    return this.#inFlight.track(() => this.#send(entry, planDelivery([])))
  }

  /** Resolves when no attempt is under way. Waiting retries do not count. */
  settled(): Promise<void> {
    return this.#inFlight.waitUntilIdle()
  }

  /** Forgets everything and breaks off what is under way. */
  clear(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    for (const entry of this.#notifications.values()) entry.cancelRetry?.()
    this.#notifications.clear()
    this.#heldDeliveries.clear()
  }

  async #startAttempt(entry: TrackedNotification): Promise<void> {
    const { clock, faults } = this.#settings
    const plan = planDelivery(faults.recordCall('notify', { outTradeNo: entry.outTradeNo, event: entry.event }))
    if (plan.isHeld) return this.#holdDelivery(entry, plan)
    if (plan.delayMs === 0) return this.#deliver(entry, plan)
    entry.cancelRetry = clock.setTimeout(() => this.#inFlight.track(() => this.#deliver(entry, plan)), plan.delayMs)
  }

  #holdDelivery(entry: TrackedNotification, plan: DeliveryPlan): void {
    const waiting = this.#heldDeliveries.get(entry.outTradeNo) ?? []
    this.#heldDeliveries.set(entry.outTradeNo, [...waiting, () => this.#deliver(entry, plan)])
  }

  async #deliver(entry: TrackedNotification, plan: DeliveryPlan): Promise<void> {
    entry.scheduledAttempts += 1
    const attempt = await this.#send(entry, plan)
    if (!attempt.acknowledged) this.#scheduleRetry(entry)
    const waiting = this.#heldDeliveries.get(entry.outTradeNo) ?? []
    this.#heldDeliveries.delete(entry.outTradeNo)
    for (const release of waiting) await release()
  }

  #scheduleRetry(entry: TrackedNotification): void {
    if (entry.state === 'acknowledged' || !this.#notifications.has(entry.notifyId)) return
    const wait = RETRY_DELAYS_MS[entry.scheduledAttempts - 1]
    if (wait === undefined) {
      entry.state = 'given_up'
      return
    }
    const { clock, timeScale } = this.#settings
    entry.cancelRetry = clock.setTimeout(() => this.#inFlight.track(() => this.#startAttempt(entry)), wait * timeScale)
  }

  async #send(entry: TrackedNotification, plan: DeliveryPlan): Promise<NotifyAttempt> {
    const at = this.#settings.clock.now()
    const attempt = plan.isDropped
      ? { at, body: '', answer: 'lost on the way', acknowledged: false }
      : await this.#post(entry, plan, at)
    entry.attempts.push(attempt)
    if (attempt.acknowledged) {
      entry.cancelRetry?.()
      entry.state = 'acknowledged'
    }
    return attempt
  }

  async #post(entry: TrackedNotification, plan: DeliveryPlan, at: number): Promise<NotifyAttempt> {
    const body = this.#signedBody(entry.fields, plan, at)
    const delivery = {
      url: entry.url,
      body,
      contentType: plan.contentType,
      timeoutMs: this.#settings.answerTimeoutMs,
      signal: this.#abort.signal,
    }
    const results = await Promise.all(Array.from({ length: plan.copies }, () => deliver(delivery)))
    const result = results.find((each) => each.acknowledged) ?? results[0]
    return { at, body, answer: '', acknowledged: false, ...result }
  }

  /** `notify_time` is the time of the attempt, so it and the signature are new each time. */
  #signedBody(fields: Fields, plan: DeliveryPlan, at: number): string {
    const draft: Record<string, string> = { notify_time: formatBeijing(at), ...fields }
    for (const change of plan.changesBeforeSigning) change(draft)
    const body = new URLSearchParams(signFields(draft, this.#settings.keys.privateKey, plan.signType))
    for (const damage of plan.changesAfterSigning) damage(body)
    return body.toString()
  }

  #removeOldest(): void {
    for (const [notifyId, entry] of this.#notifications) {
      if (this.#notifications.size <= this.#settings.historyLimit) return
      if (entry.state !== 'pending') this.#notifications.delete(notifyId)
    }
  }
}
