import { serviceMain } from '../process/service-main.js'
import { MATERIALS_QUEUE, startMaterials } from './start-materials.js'

/** The materials shop on the settings of the environment. */
await serviceMain(
  'materials',
  {
    gateway: 'none',
    defaults: { PORT: '3002', DATABASE_URL: 'sqlite:./data/materials.db', AMQP_QUEUE: MATERIALS_QUEUE },
  },
  startMaterials,
)
