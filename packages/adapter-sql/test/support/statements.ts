import diagnostics from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

/** Every statement that mysql2 sends until the test ends, with its values in it, as its own diagnostics report it. */
export function watchStatements(): { readonly query: string; readonly values: readonly unknown[] }[] {
  const seen: { readonly query: string; readonly values: readonly unknown[] }[] = []
  const notePrepared = (event: unknown) => {
    const { query, values } = event as { readonly query: string; readonly values?: readonly unknown[] }
    seen.push({ query, values: values ?? [] })
  }
  const notePacket = (event: unknown) => {
    for (const query of (event as { readonly query: string }).query.split(';')) seen.push({ query, values: [] })
  }
  diagnostics.subscribe('tracing:mysql2:execute:start', notePrepared)
  diagnostics.subscribe('tracing:mysql2:query:start', notePacket)
  onTestFinished(() => {
    diagnostics.unsubscribe('tracing:mysql2:execute:start', notePrepared)
    diagnostics.unsubscribe('tracing:mysql2:query:start', notePacket)
  })
  return seen
}
