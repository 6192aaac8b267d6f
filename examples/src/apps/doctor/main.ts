import { startProgram } from '../process/start-program.js'
import { SETTINGS, type SettingName } from '../settings/names.js'

await startProgram(
  {
    command: 'doctor',
    about:
      'Checks the settings, keys, clock, addresses, database and broker. Changes no database. Exits with 1 on a fault.',
    settings: Object.keys(SETTINGS) as SettingName[],
  },
  async () => {
    const { diagnose } = await import('./diagnose.js')
    if ((await diagnose(process.env, console.log)) > 0) process.exitCode = 1
  },
)
