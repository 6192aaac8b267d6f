import { DockerfileParser, type Instruction } from 'dockerfile-ast'

interface Step {
  readonly keyword: string
  /** Everything behind the keyword, continued lines joined. */
  readonly text: string
}

export interface Stage {
  readonly name: string | null
  readonly steps: readonly Step[]
}

function stepOf(instruction: Instruction, lines: readonly string[]): Step {
  const { start, end } = instruction.getRange()
  const text = lines.slice(start.line, end.line + 1).join('\n')
  return { keyword: instruction.getKeyword(), text: text.replace(/^\S+\s+/, '').replace(/\\\n\s*/g, '') }
}

/** The stages of a Dockerfile, in order. */
export function stagesOf(dockerfile: string): readonly Stage[] {
  const lines = dockerfile.split('\n')
  const instructions = DockerfileParser.parse(dockerfile).getInstructions()
  const steps = instructions.map((each) => stepOf(each, lines))
  const starts = steps.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []))
  return starts.map((start, index) => ({
    name: / AS (\S+)/.exec(steps[start]?.text ?? '')?.[1] ?? null,
    steps: steps.slice(start, starts[index + 1]),
  }))
}

const last = ({ steps }: Stage, keyword: string): string => {
  const found = steps.findLast((step) => step.keyword === keyword)
  if (found === undefined) throw new Error(`The stage has no ${keyword}.`)
  return found.text
}

/** What a container is started with. */
export function startOf(stage: Stage) {
  const [check = ''] = /\[.*\]/.exec(last(stage, 'HEALTHCHECK')) ?? []
  const entrypoint: readonly string[] = JSON.parse(last(stage, 'ENTRYPOINT'))
  const command: readonly string[] = JSON.parse(last(stage, 'CMD'))
  const healthCheck: readonly string[] = JSON.parse(check)
  return {
    ...{ entrypoint, command, healthCheck },
    folder: last(stage, 'WORKDIR'),
    user: last(stage, 'USER'),
    environment: last(stage, 'ENV').split(' '),
  }
}
