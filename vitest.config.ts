import { defineConfig } from 'vitest/config'
import { filesWith, mysqlServers, pairServers, rabbitServers, type ServerEnv } from './tools/servers/matrix.js'
import { NotRun } from './tools/servers/not-run.js'
import { ServerRecord } from './tools/servers/record.js'
import { TestOrder } from './tools/test-order.js'

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
    {
      find: /^@coursepay\/([\w-]+)\/(container|ports|assembly|reconciliation)$/,
      replacement: `${import.meta.dirname}/packages/$1/src/$2.ts`,
    },
    { find: /^@coursepay\/([\w-]+)\/([\w-]+)$/, replacement: `${import.meta.dirname}/packages/$1/src/$2/index.ts` },
  ],
}

/** Two files at a time: these tests compute, and the machine may have two cores. */
const project = (name: string, include: string[], testTimeout = 5_000, exclude: string[] = []) => ({
  resolve: sources,
  test: {
    ...{ name, include, exclude: ['**/node_modules/**', ...exclude], testTimeout, hookTimeout: 30_000 },
    ...{ maxWorkers: 2, sequence: { groupOrder: 1 } },
  },
})

/**
 * Half of the time of these is waiting, for servers, processes, disks and elections: three at a time keep two cores
 * busy.
 */
const slowProject = (...given: Parameters<typeof project>) => {
  const each = project(...given)
  return { ...each, test: { ...each.test, maxWorkers: 3, sequence: { groupOrder: 0 } } }
}

/**
 * For tests that change nothing which others see: many files in one thread, which saves the start of a process for
 * each.
 */
const inFewThreads = <Project extends { readonly test: object }>(each: Project) => ({
  ...each,
  test: { ...each.test, isolate: false, pool: 'threads' as const },
})

const simulations = 'packages/*/test/**/*.simulation.test.ts'
const inBrowser = 'examples/test/browser/**/*.test.ts'
const underFaults = 'examples/test/faults/**/*.test.ts'
const released = 'tools/release/**/*.test.ts'

const [pair, ...furtherPairs] = pairServers(mysqlServers, rabbitServers)

/** A project's tests on servers of its own. */
const on = <Project extends { readonly test: object }>(env: Partial<ServerEnv> | undefined, each: Project) => ({
  ...each,
  test: { ...each.test, ...(env && { env: { ...env } }) },
})

const asking = (pattern: string) => filesWith(pattern, /\bfind(Mysql|Rabbit)\b|\bstartOwnRabbit(Cluster)?\b/)
const askingOutside = (folder: string) => asking('examples/test/**/*.test.ts').filter((path) => !path.includes(folder))

/** They start a group of servers of their own, for a minute or two; beside a further pair only the broker differs. */
const withOwnGroup = filesWith(underFaults, /\bstartOwnGroup\b/)
const askingUnderFaults = asking(underFaults).filter((path) => !withOwnGroup.includes(path))

/** What asks for a database or a broker runs again on every further server. */
const onFurtherServers = [
  ...mysqlServers.slice(1).map(({ url, name }) => {
    const files = filesWith('packages/adapter-sql/test/**/*.test.ts', /mysqlTestDatabase/)
    return on({ TEST_MYSQL_URL: url, TEST_MYSQL_NAME: name }, slowProject(`adapter-sql on ${name}`, files, 15_000))
  }),
  ...rabbitServers.slice(1).map(({ url, name }) => {
    const files = filesWith('packages/adapter-mq/test/**/*.test.ts', /support\/rabbit\.js/)
    return on({ TEST_AMQP_URL: url, TEST_AMQP_NAME: name }, slowProject(`adapter-mq on ${name}`, files, 15_000))
  }),
  ...furtherPairs.flatMap((env) => {
    const names = `on ${env.TEST_MYSQL_NAME} and ${env.TEST_AMQP_NAME}`
    return [
      on(env, slowProject(`examples ${names}`, askingOutside('/faults/'), 60_000)),
      on(env, slowProject(`faults ${names}`, askingUnderFaults, 120_000)),
    ]
  }),
]

export default defineConfig({
  test: {
    reporters: ['default', new ServerRecord(), new NotRun()],
    sequence: { sequencer: TestOrder },
    projects: [
      inFewThreads(project('core', ['packages/core/{src,test}/**/*.test.ts'], 5_000, [simulations])),
      project('adapter-alipay', ['packages/adapter-alipay/{src,test}/**/*.test.ts'], 15_000),
      on(pair, slowProject('adapter-sql', ['packages/adapter-sql/{src,test}/**/*.test.ts'], 15_000, [simulations])),
      on(pair, slowProject('adapter-mq', ['packages/adapter-mq/{src,test}/**/*.test.ts'], 15_000)),
      project('http-hono', ['packages/http-hono/{src,test}/**/*.test.{ts,tsx}'], 15_000),
      on(pair, slowProject('examples', ['examples/{src,test}/**/*.test.ts'], 60_000, [inBrowser, underFaults])),
      slowProject('bench', ['bench/test/**/*.test.ts'], 60_000),
      on(pair, slowProject('simulation', [simulations], 60_000)),
      slowProject('browser', [inBrowser], 60_000),
      on(pair, slowProject('faults', [underFaults], 120_000)),
      slowProject('tools', ['tools/**/*.test.ts'], 30_000, [released]),
      slowProject('packages', [released], 60_000),
      ...onFurtherServers,
    ],
  },
})
