import { cpSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, matchesGlob, relative } from 'node:path'
import { root } from '../../tidy/source-file.js'
import { run } from '../run.js'
import type { Stage } from './dockerfile.js'

/** The arguments of `unshare` that start a program in a machine of its own, with only these variables. */
export const unshareArgs = (
  mode: 'build' | 'run',
  machine: string,
  environment: readonly string[],
  workdir: string,
) => [
  ...['--mount', '--pid', '--fork', '--kill-child', join(root, 'tools/release/image/in-root')],
  ...[mode, machine, dirname(realpathSync(process.execPath))],
  ...[
    'env',
    ...(mode === 'run' ? ['-i'] : []),
    '-C',
    workdir,
    'PATH=/opt/node:/usr/local/bin:/usr/bin:/bin',
    ...environment,
  ],
]

function makeFolder(machine: string, folder: string): string {
  mkdirSync(join(machine, folder), { recursive: true })
  return folder
}

/** What `COPY . .` takes: the repository without what `.dockerignore` names. */
function copyContext(target: string): void {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  const ignored = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const isIncluded = (path: string) => !ignored.some((pattern) => matchesGlob(relative(root, path), pattern))
  cpSync(root, target, { recursive: true, filter: isIncluded })
}

/**
 * Does what `docker build` does with these stages, without Docker: each stage has a folder of its own for a machine,
 * and its commands see nothing else of this repository. Answers the folder of the last stage. A step that it does not
 * know is an error.
 */
export function buildImage(stages: readonly Stage[], folder: string): string {
  const machines = new Map<string, string>()
  let machine = ''
  for (const { name, steps } of stages) {
    machine = join(folder, name ?? 'image')
    machines.set(name ?? 'image', machine)
    let workdir = '/'
    for (const { keyword, text } of steps) {
      if (keyword === 'WORKDIR') workdir = makeFolder(machine, text)
      else if (keyword === 'COPY') copy(text, machines, join(machine, workdir))
      else if (keyword === 'RUN') runStep(text, machine, workdir)
      else if (!DESCRIBING.has(keyword)) throw new Error(`${keyword} is not known here: ${text}`)
    }
  }
  return machine
}

const DESCRIBING = new Set([
  'FROM',
  'LABEL',
  'ENV',
  'VOLUME',
  'USER',
  'EXPOSE',
  'HEALTHCHECK',
  'STOPSIGNAL',
  'ENTRYPOINT',
  'CMD',
])

function copy(text: string, machines: ReadonlyMap<string, string>, target: string): void {
  const [, stage = '', path = ''] = /^--from=(\S+) (\S+) \.$/.exec(text) ?? []
  const source = machines.get(stage)
  if (source !== undefined) run('cp', ['--archive', '--link', `${join(source, path)}/.`, target])
  else if (text === '. .') copyContext(target)
  else throw new Error(`COPY is not known here: ${text}`)
}

function runStep(command: string, machine: string, workdir: string): void {
  run('unshare', [...unshareArgs('build', machine, [], workdir), 'sh', '-ec', command])
}
