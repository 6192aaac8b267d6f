import { systemClock, systemScheduler } from '../src/assembly.js'
import type { MessagesAdapter, StoreAdapter } from '../src/index.js'
import {
  inMemoryBroker,
  inMemoryLearningStore,
  inMemoryOrderStore,
  inMemoryPaymentGateway,
  sequentialIds,
} from '../testing/fakes/index.js'

/** Adapters for `createCheckout` on fakes, by the time of the machine. */
export function inMemoryAdapters() {
  const orderStore = inMemoryOrderStore(systemClock)
  const learningStore = inMemoryLearningStore()
  const gateway = inMemoryPaymentGateway({ clock: systemClock })
  const broker = inMemoryBroker(systemScheduler)
  const open = new Set<string>()
  const resource = (name: string) => {
    open.add(name)
    return { ping: async () => {}, close: async () => void open.delete(name) }
  }
  const store: StoreAdapter = {
    open: async () => ({
      ...resource('store'),
      ...{ orderStore, learningStore, ids: sequentialIds() },
      publishCourses: async (courses) => courses.forEach(learningStore.publish),
    }),
  }
  const messages: MessagesAdapter = {
    open: async () => ({ ...resource('messages'), publisher: broker.publisher, subscriber: broker.subscriber }),
  }
  const payments = { gateway: gateway.gateway, notifyReader: gateway.notifyReader }
  return { store, messages, payments, gateway, broker, orderStore, learningStore, isClosed: () => open.size === 0 }
}
