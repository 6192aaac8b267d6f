import { enableCompileCache } from 'node:module'

// Much of a start is compiling what is the same as at the last one; so nothing is imported before this.
enableCompileCache()
const [{ serviceMain }, { startShop }] = await Promise.all([
  import('../process/service-main.js'),
  import('../shop/start-shop.js'),
])

/** The order and learning services on the settings of the environment. */
await serviceMain('coursepay', {}, startShop)
