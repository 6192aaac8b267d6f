import { serviceMain } from '../process/service-main.js'
import { startShop } from '../shop/start-shop.js'

/** The order and learning services on the settings of the environment. */
await serviceMain('coursepay', {}, startShop)
