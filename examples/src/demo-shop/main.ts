import { startProgram } from '../apps/process/start-program.js'

await startProgram(
  {
    command: 'demo',
    about: 'The whole school on this machine: a file for its data, and the bundled Alipay sandbox. No money moves.',
    options: { '[--once]': 'walks one purchase without a browser, printing each step, and ends' },
    settings: ['PORT', 'HOST', 'PUBLIC_BASE_URL', 'DATABASE_URL', 'COURSES_FILE', 'ORDER_TTL', 'PAYMENT_LATE_POLICY'],
  },
  () => import('./command.js'),
)
