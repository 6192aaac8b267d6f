import type { LatePaymentPolicy, PayNo } from '@coursepay/core'
import {
  createOrderUseCases,
  type OrderUseCases,
  systemClock,
  systemPayTokens,
  systemScheduler,
} from '@coursepay/core/assembly'
import { sampleOrder, samplePayment, sampleRequest } from '@coursepay/core/contracts'
import { fixedPriceSource, type InMemoryPaymentGateway } from '@coursepay/core/fakes'
import { onTestFinished } from 'vitest'
import type { OpenedSqlStore } from '../../src/sql-store.js'
import { sqlStore } from '../../src/sql-store.js'

/** An order service as one process has it, before the gateway and the database that all of them share. */
export interface OrderProcess extends OrderUseCases {
  readonly store: OpenedSqlStore
}

export async function startProcess(
  url: string,
  fake: InMemoryPaymentGateway,
  latePolicy: LatePaymentPolicy = 'refund',
): Promise<OrderProcess> {
  const store = await sqlStore({ url }).open()
  onTestFinished(() => store.close())
  const { notifyUrl, returnUrl } = samplePayment(sampleOrder())
  const useCases = createOrderUseCases({
    ...{ store: store.orderStore, ids: store.ids, gateway: fake.gateway, notifyReader: fake.notifyReader },
    ...{ clock: systemClock, scheduler: systemScheduler, tokens: systemPayTokens, wakeRelay: () => {} },
    priceSources: { [sampleRequest().orderType]: fixedPriceSource(sampleRequest().totalPrice) },
    settings: {
      ...{ orderTimeToLiveMs: 600_000, latePolicy, queryIntervalMs: 1, queriesPerSecond: 10_000 },
      callbackUrls: { notifyUrl, returnUrl },
    },
  })
  return { ...useCases, store }
}

/** A buyer pays on a page that is open. */
export async function payAt(fake: InMemoryPaymentGateway, { store }: OrderProcess, payNo: PayNo): Promise<void> {
  const order = await store.orderStore.orders.find({ payNo })
  const payment = order?.payments.find((each) => each.payNo === payNo)
  if (payment === undefined) throw new Error(`There is no payment ${payNo}.`)
  await fake.gateway.payPage(payment)
  fake.buyer.pay(payNo)
}
