import { serviceMain } from '../process/service-main.js'
import { startLearning } from './start-learning.js'

/** The learning centre alone, as a process beside the order service. */
await serviceMain(
  'learning',
  { gateway: 'none', defaults: { PORT: '3001', DATABASE_URL: 'sqlite:./data/learning.db' } },
  startLearning,
)
