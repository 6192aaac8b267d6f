import { PortToken } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import type { AlipaySettings } from './alipay-settings.js'
import { createAlipay } from './index.js'

/** Binds payments by Alipay. */
export const alipayModule = (settings: AlipaySettings) =>
  new ContainerModule(({ bind }) => void bind(PortToken.payments).toConstantValue(createAlipay(settings)))
