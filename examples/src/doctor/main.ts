import { printable } from '@coursepay/core'
import { diagnose } from './diagnose.js'

// Servers that are asked choose some of the words.
const faults = await diagnose(process.env, (line) => console.log(line.split('\n').map(printable).join('\n')))
if (faults > 0) process.exitCode = 1
