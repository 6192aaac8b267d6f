#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 14)) {
  console.error(`coursepay-mq needs Node 22.14 or newer; this is ${process.versions.node}.`)
  process.exitCode = 2
} else {
  const { runProgram } = await import('./run.js')
  process.exitCode = await runProgram(process.argv.slice(2), process.env, console.log)
}

export {}
