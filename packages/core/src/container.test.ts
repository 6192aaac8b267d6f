import 'reflect-metadata'
import { Container } from 'inversify'
import { describe, expect, it } from 'vitest'
import { openShop, paidCourse, requestFor, zhang } from '../test/shop.js'
import {
  inMemoryBroker,
  inMemoryLearningStores,
  inMemoryOrderStores,
  inMemoryPaymentGateway,
  sequentialIds,
} from '../testing/fakes/index.js'
import { checkoutModule, Port, Service, systemModule } from './container.js'
import { type Checkout, systemClock, systemScheduler } from './index.js'

describe('the container modules', () => {
  it('given every port bound, then they make the same checkout as the plain factory', async () => {
    const gateway = inMemoryPaymentGateway({ clock: systemClock })
    const broker = inMemoryBroker(systemScheduler)
    const orders = inMemoryOrderStores(systemClock)
    const learning = inMemoryLearningStores([paidCourse])
    const container = new Container()
    await container.load(systemModule, checkoutModule)
    const bound = {
      [Port.orderUnitOfWork]: orders.unitOfWork,
      [Port.orderStores]: orders.stores,
      [Port.learningUnitOfWork]: learning.unitOfWork,
      [Port.learningStores]: learning.stores,
      [Port.courseCatalogue]: learning.catalogue,
      [Port.paymentGateway]: gateway.gateway,
      [Port.notifyReader]: gateway.notifyReader,
      [Port.messagePublisher]: broker.publisher,
      [Port.messageSubscriber]: broker.subscriber,
      [Port.idGenerator]: sequentialIds(),
      [Port.priceSources]: {},
      [Port.learningQueue]: 'paynotify_queue',
      [Port.operationsView]: orders.operations,
      [Port.outboxInspection]: orders.outboxInspection,
      [Port.onWorkerError]: () => {},
      [Port.orderSettings]: {
        orderTimeToLiveMs: 60_000,
        latePolicy: 'refund',
        queryIntervalMs: 0,
        payAddresses: { notifyUrl: 'https://shop.test/notify', returnUrl: null },
      },
    }
    for (const port of Object.getOwnPropertySymbols(bound)) container.bind(port).toConstantValue(bound[port as never])

    const checkout = container.get<Checkout>(Service.checkout)
    expect(await openShop()).toMatchObject(
      Object.fromEntries(Object.keys(checkout).map((part) => [part, expect.anything()])),
    )
    const { choice } = await checkout.learning.service.chooseCourse(zhang, paidCourse.courseId)
    const attempt = await checkout.orders.service.createOrder(zhang, requestFor(choice.id))
    expect(attempt.totalPrice).toBe(paidCourse.price)
  })
})
