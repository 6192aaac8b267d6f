import { startProgram } from '../process/start-program.js'
import { SETTINGS, type SettingName } from '../settings/names.js'

const names = Object.keys(SETTINGS) as SettingName[]

await startProgram(
  {
    command: 'server',
    about: 'The order service; the learning centre too, unless PRICE_SOURCE_60201 says that it runs elsewhere.',
    settings: names.filter((name) => name !== 'ORDERS_URL'),
  },
  async () => {
    const [{ serviceMain }, { startShop }] = await Promise.all([
      import('../process/service-main.js'),
      import('../shop/start-shop.js'),
    ])
    await serviceMain('coursepay', {}, startShop)
  },
)
