/** What a suite needs of a test framework; Vitest's, Jest's and node:test's `describe` and `it` fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it: ((name: string, body: () => Promise<void>) => void) & {
    skip(name: string, body: () => Promise<void>): void
  }
}

/** What one clause is given; created for every clause and disposed even when the clause fails. */
export interface Harness {
  dispose(): Promise<void>
}

/** A harness whose port may fail: no error, reason or answer shows one of its secrets. */
export interface HarnessWithSecrets extends Harness {
  /** Texts such as the password or private key in use, or the address of a file; at least one. */
  readonly secrets: readonly string[]
}

/** One implementation of a port, to be put through the port's suite. */
export interface ContractCandidate<H extends Harness, Clause extends string> {
  readonly name: string
  makeHarness(): Promise<H>
  /** Clauses it does not keep, each with a reason; they show as skipped, with that reason. */
  readonly deviations?: readonly { readonly clause: Clause; readonly reason: string }[]
}

/** A suite: call it with a test runner and a candidate. `clauses` is there for tests of the suite itself. */
export interface Contract<H extends Harness, Clause extends string> {
  (runner: TestRunner, candidate: ContractCandidate<H, Clause>): void
  readonly portName: string
  readonly clauses: Readonly<Record<Clause, (harness: H) => Promise<void>>>
}

/**
 * Defines the suite of a port: `defineContract<OutboxHarness>()('OutboxPort', { 'hands a message out once': async (h)
 * => … })`. Curried so that the harness type is given and the clause names are inferred: a misspelt deviation does not
 * compile.
 */
export const defineContract =
  <H extends Harness>() =>
  <const Clauses extends Record<string, (harness: H) => Promise<void>>>(
    portName: string,
    clauses: Clauses,
  ): Contract<H, keyof Clauses & string> => {
    const contract = (runner: TestRunner, candidate: ContractCandidate<H, keyof Clauses & string>): void => {
      const reasons = new Map<string, string>((candidate.deviations ?? []).map((d) => [d.clause, d.reason]))
      runner.describe(`${portName} contract: ${candidate.name}`, () => {
        for (const [clause, check] of Object.entries(clauses)) {
          const body = () => runClause(candidate, check)
          const reason = reasons.get(clause)
          if (reason === undefined) runner.it(clause, body)
          else runner.it.skip(`${clause} (skipped: ${reason})`, body)
        }
      })
    }
    return Object.assign(contract, { portName, clauses })
  }

/** Some clauses of a suite, in a file of their own. */
export const clausesFor =
  <H extends Harness>() =>
  <const Clauses extends Record<string, (harness: H) => Promise<void>>>(clauses: Clauses): Clauses =>
    clauses

export async function runClause<H extends Harness>(
  candidate: { makeHarness(): Promise<H> },
  check: (harness: H) => Promise<void>,
): Promise<void> {
  const harness = await candidate.makeHarness()
  try {
    await check(harness)
  } finally {
    await harness.dispose()
  }
}
