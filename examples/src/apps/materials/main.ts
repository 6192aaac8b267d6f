import { startProgram } from '../process/start-program.js'
import { CONSUMER_SETTINGS } from '../settings/names.js'

await startProgram(
  {
    command: 'materials',
    about: 'A second seller on the same order service: learning materials, order type 60202.',
    settings: CONSUMER_SETTINGS,
  },
  async () => {
    const { serviceMain } = await import('../process/service-main.js')
    const { MATERIALS_QUEUE, startMaterials } = await import('./start-materials.js')
    const defaults = { PORT: '3002', DATABASE_URL: 'sqlite:./data/materials.db', AMQP_QUEUE: MATERIALS_QUEUE }
    await serviceMain('materials', { gateway: 'none', sells: '60202', defaults }, startMaterials)
  },
)
