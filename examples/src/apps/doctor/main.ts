import { startProgram } from '../process/start-program.js'
import { SETTINGS, type SettingName } from '../settings/names.js'

await startProgram(
  {
    command: 'doctor',
    about: 'Checks settings, keys, clock, addresses, database and broker. Changes nothing. Exits with 1 on a fault.',
    options: { '--codes': "prints Alipay's common codes with meaning and remedy" },
    settings: Object.keys(SETTINGS) as SettingName[],
  },
  async () => {
    const [option] = process.argv.slice(2)
    if (option !== undefined) {
      const { printCodes } = await import('./print-codes.js')
      process.exitCode = printCodes(option, console)
      return
    }
    const { diagnose } = await import('./diagnose.js')
    if ((await diagnose(process.env, console.log)) > 0) process.exitCode = 1
  },
)
