#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 14)) {
  console.error(`coursepay-alipay-sandbox needs Node 22.14 or newer; this is ${process.versions.node}.`)
  process.exitCode = 2
} else {
  const { runSandbox } = await import('./run.js')
  const sandbox = await runSandbox(process.argv.slice(2), process.env, console.log)
  if (typeof sandbox === 'number') process.exitCode = sandbox
  else for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop())
}

export {}
