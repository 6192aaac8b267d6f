import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They wait most of the time: for elections, for servers that start again, for outages to end. */
const WAITING = ['faults']
/** Their files take longest. */
const LONG = ['bench', 'packages', 'browser', 'simulation', 'examples']

/** A project's name without the servers that it runs on. */
const kindOf = (project: string) => project.replace(/ on .*/, '')

/**
 * Files that wait are spread among those that compute, so that the machine is busy all the time. Short files come last:
 * a long one that begins last would run alone.
 */
export function spreadWaiting<File>(files: readonly File[], projectOf: (file: File) => string): File[] {
  const of = (kind: string) => files.filter((file) => kindOf(projectOf(file)) === kind)
  const long = spread(WAITING.flatMap(of), LONG.flatMap(of))
  const taken = new Set(long)
  return [...long, ...files.filter((file) => !taken.has(file))]
}

/** All lists in one, each at its own even pace from the beginning to the end. */
function spread<Item>(...lists: readonly (readonly Item[])[]): Item[] {
  return lists
    .flatMap((list) => list.map((item, index) => ({ item, at: index / list.length })))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return spreadWaiting(await super.sort(files), ({ project }) => project.name)
  }
}
