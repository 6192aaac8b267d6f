#!/usr/bin/env node
import { runProgram } from './run.js'

process.exitCode = await runProgram(process.argv.slice(2), process.env, console.log)
