import { startProgram } from '../process/start-program.js'
import { CONSUMER_SETTINGS } from '../settings/names.js'

await startProgram(
  {
    command: 'learning',
    about: 'The learning centre alone, as a process beside the order service.',
    settings: [...CONSUMER_SETTINGS, 'COURSES_FILE'],
  },
  async () => {
    const { serviceMain } = await import('../process/service-main.js')
    const { startLearning } = await import('./start-learning.js')
    const defaults = { PORT: '3001', DATABASE_URL: 'sqlite:./data/learning.db' }
    await serviceMain('learning', { gateway: 'none', sells: '60201', defaults }, startLearning)
  },
)
