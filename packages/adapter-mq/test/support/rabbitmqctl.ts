import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

const isWord = (answer: { readonly stdout: string } | null): boolean => answer !== null && answer.stdout.length > 0

/** The broker's own tool; not there when the broker runs on another machine. */
export const hasRabbitmqctl = isWord(await run('rabbitmqctl', ['-q', 'version']).catch(() => null))

/** Has the broker close every connection of this name, as on a shutdown: `320 CONNECTION_FORCED`, without an `error` event. */
export async function closeConnections(name: string): Promise<number> {
  const { stdout } = await run('rabbitmqctl', ['-q', 'list_connections', 'pid', 'client_properties'])
  const pids = stdout
    .split('\n')
    .filter((line) => line.includes(name))
    .flatMap((line) => /<[\w@.-]+>/.exec(line) ?? [])
  for (const pid of pids) await run('rabbitmqctl', ['-q', 'close_connection', pid, 'closed for a test'])
  return pids.length
}
