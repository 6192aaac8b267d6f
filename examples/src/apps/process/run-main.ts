/**
 * Tells that it is open and waits for SIGINT or SIGTERM, then stops cleanly; a second signal does not wait any longer.
 */
export async function runMain(running: { stop(): Promise<void> }, tellOpen: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  // Before anybody knows that it is open: a signal that comes at once must stop it cleanly too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await tellOpen()
  await promise
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  await running.stop()
}
