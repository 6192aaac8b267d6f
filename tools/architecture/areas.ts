import { importsOf, isTest, type SourceFile } from '../tidy/source-file.js'

/** A box of the picture: the files that it holds, and the box around it. */
interface Area {
  readonly name: string
  readonly holds: RegExp
  readonly box: string
}

const core = (name: string, holds: RegExp): Area => ({ name, holds, box: 'packages/core' })

/** The first area that fits a file, or the name of an imported package, holds it. */
const areas: readonly Area[] = [
  core('orders/domain', /^packages\/core\/src\/orders\/domain\//),
  core('orders/ports', /^packages\/core\/src\/orders\/ports\//),
  core('orders/application', /^packages\/core\/src\/orders\/application\//),
  core('learning/domain', /^packages\/core\/src\/learning\/domain\//),
  core('learning/ports', /^packages\/core\/src\/learning\/ports\//),
  core('learning/application', /^packages\/core\/src\/learning\/application\//),
  core('messaging', /^packages\/core\/src\/messaging\//),
  core('shared', /^packages\/core\/src\/shared\//),
  core('testing', /^(packages\/core\/testing\/|@coursepay\/core\/(fakes|contracts|simulation)$)/),
  core('createCheckout', /^(packages\/core\/src\/|@coursepay\/core(\/container)?$)/),
  {
    name: 'sandbox',
    holds: /^(packages\/adapter-alipay\/sandbox\/|@coursepay\/adapter-alipay\/sandbox$)/,
    box: 'packages',
  },
  ...['adapter-alipay', 'adapter-sql', 'adapter-mq', 'http-hono'].map((name) => ({
    name,
    holds: new RegExp(`^(packages/${name}/|@coursepay/${name}(/|$))`),
    box: 'packages',
  })),
  { name: 'examples', holds: /^examples\/src\//, box: '' },
]

const areaOf = (path: string) => areas.find(({ holds }) => holds.test(path))?.name

/** Which area imports which others, tests left out. */
export function importsBetweenAreas(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map(areas.map(({ name }) => [name, new Set<string>()]))
  for (const file of files.filter((each) => !isTest(each))) {
    const from = areaOf(file.path)
    for (const to of importsOf(file).map(areaOf)) {
      if (from !== undefined && to !== undefined && from !== to) found.get(from)?.add(to)
    }
  }
  return found
}

type Graph = ReturnType<typeof importsBetweenAreas>

/** True when a way leads from one area to the other. */
function reaches(graph: Graph, from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false
  seen.add(from)
  return [...(graph.get(from) ?? [])].some((next) => next === to || reaches(graph, next, to, seen))
}

export const areasInImportCycles = (graph: Graph): string[] =>
  [...graph.keys()].filter((area) => reaches(graph, area, area))

/** The picture of `docs/architecture.md`. An arrow that a longer way implies is left out. */
export function architectureDiagram(graph: Graph): string {
  const idOf = (name: string) => name.replace(/\W/g, '_')
  const drawBox = (box: string) => [
    ...(box === '' ? [] : [`  subgraph ${box}`]),
    ...areas.filter((area) => area.box === box).map(({ name }) => `    ${idOf(name)}[${name}]`),
    ...(box === '' ? [] : ['  end']),
  ]
  const arrows = [...graph].flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reaches(graph, other, to)))
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  )
  const boxes = [...new Set(areas.map(({ box }) => box))].toReversed().flatMap(drawBox)
  return ['```mermaid', 'flowchart TD', ...boxes, ...arrows.toSorted(), '```'].join('\n')
}
