import { diagnose } from './diagnose.js'

const faults = await diagnose(process.env, console.log)
if (faults > 0) process.exitCode = 1
