import { startProgram } from '../process/start-program.js'

await startProgram(
  {
    command: 'soak',
    about: 'Purchases under faults and kills, then the invariants with their figures. Exits with 1 when one is broken.',
    options: {
      '[--purchases 1000]': 'how many',
      '[--seconds 60]': 'the time over which they begin',
      '[--store sqlite|mysql]': 'one store only',
      '[--seed 7]': 'chooses the faults',
    },
    settings: [],
  },
  () => import('./command.js'),
)
