/** Waits for SIGINT or SIGTERM, then stops cleanly; a second signal does not wait any longer. */
export async function runMain(running: { stop(): Promise<void> }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await promise
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  await running.stop()
}
