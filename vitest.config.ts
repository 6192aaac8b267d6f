import { defineConfig } from 'vitest/config'

/** Tests run on the sources, so that a fast test needs no build. Tests that start a real process use `dist`. */
const sources = {
  alias: [
    {
      find: /^@coursepay\/core\/(fakes|contracts|simulation)$/,
      replacement: `${import.meta.dirname}/packages/core/testing/$1/index.ts`,
    },
    {
      find: '@coursepay/adapter-alipay/sandbox',
      replacement: `${import.meta.dirname}/packages/adapter-alipay/sandbox/index.ts`,
    },
    { find: /^@coursepay\/([\w-]+)$/, replacement: `${import.meta.dirname}/packages/$1/src/index.ts` },
    { find: /^@coursepay\/([\w-]+)\/(container)$/, replacement: `${import.meta.dirname}/packages/$1/src/$2.ts` },
    { find: /^@coursepay\/([\w-]+)\/([\w-]+)$/, replacement: `${import.meta.dirname}/packages/$1/src/$2/index.ts` },
  ],
}

const project = (name: string, include: string[], testTimeout = 5_000, exclude: string[] = []) => ({
  resolve: sources,
  test: { name, include, exclude: ['**/node_modules/**', ...exclude], testTimeout, hookTimeout: 30_000 },
})

/** For tests that change nothing which others see: many files in one thread, which saves the start of a process for each. */
const inFewThreads = <Project extends { readonly test: object }>(each: Project) => ({
  ...each,
  test: { ...each.test, isolate: false, pool: 'threads' as const },
})

const simulations = 'packages/*/test/**/*.simulation.test.ts'
const inBrowser = 'examples/test/browser/**/*.test.ts'
const underFaults = 'examples/test/faults/**/*.test.ts'
const released = 'tools/release/**/*.test.ts'

export default defineConfig({
  test: {
    // Most of the slow tests wait for processes: two at a time take little longer than one.
    maxWorkers: 2,
    projects: [
      inFewThreads(project('core', ['packages/core/{src,test}/**/*.test.ts'], 5_000, [simulations])),
      project('adapter-alipay', ['packages/adapter-alipay/{src,test}/**/*.test.ts'], 15_000),
      project('adapter-sql', ['packages/adapter-sql/{src,test}/**/*.test.ts'], 15_000, [simulations]),
      project('adapter-mq', ['packages/adapter-mq/{src,test}/**/*.test.ts'], 15_000),
      project('http-hono', ['packages/http-hono/{src,test}/**/*.test.{ts,tsx}'], 15_000),
      project('examples', ['examples/{src,test}/**/*.test.ts'], 60_000, [inBrowser, underFaults]),
      project('bench', ['bench/test/**/*.test.ts'], 60_000),
      project('simulation', [simulations], 60_000),
      project('browser', [inBrowser], 60_000),
      project('faults', [underFaults], 120_000),
      project('tools', ['tools/**/*.test.ts'], 30_000, [released]),
      project('packages', [released], 60_000),
    ],
  },
})
