import { Port } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import type { Alipay } from './index.js'

/** Binds the payment gateway and the reader of its notifications. */
export const alipayModule = (alipay: Alipay) =>
  new ContainerModule(({ bind }) => {
    bind(Port.paymentGateway).toConstantValue(alipay.gateway)
    bind(Port.notifyReader).toConstantValue(alipay.notifyReader)
  })
