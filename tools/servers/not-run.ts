import type { Reporter, TestModule } from 'vitest/node'

interface SkippedTest {
  readonly file: string
  readonly fullName: string
}

const MARK = '(skipped: '

/** The reason in the name of a test or of one of its suites; it may hold brackets itself. */
function reasonIn(fullName: string): string | null {
  const part = fullName.split(' > ').find((each) => each.includes(MARK) && each.endsWith(')'))
  return part === undefined ? null : part.slice(part.indexOf(MARK) + MARK.length, -1)
}

/** One line for each reason that stands in names of tests, `(skipped: …)`, with the files of these tests. */
export function listNotRun(tests: readonly SkippedTest[]): string[] {
  const files = new Map<string, Set<string>>()
  for (const { file, fullName } of tests) {
    const reason = reasonIn(fullName)
    if (reason !== null) files.set(reason, (files.get(reason) ?? new Set()).add(file))
  }
  return [...files].map(([reason, names]) => `${reason}: ${[...names].toSorted().join(', ')}`).toSorted()
}

/** Prints at the end what was not run, and why: most reporters name only the files of skipped tests. */
export class NotRun implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap(({ children, relativeModuleId: file }) =>
      [...children.allTests('skipped')].map(({ fullName }) => ({ file, fullName })),
    )
    const lines = listNotRun(skipped)
    if (lines.length > 0) console.log(['Not run:', ...lines, ''].join('\n  '))
  }
}
