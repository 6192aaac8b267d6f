/**
 * Waits for calls that need nothing of each other. They are made in one turn, so that a store may send them together, and count in the order
 * they are made. Rejects with the first failure, but only when all have ended: nothing goes on behind the caller's back.
 */
export async function together<const Calls extends readonly Promise<unknown>[]>(
  ...calls: Calls
): Promise<{ -readonly [Place in keyof Calls]: Awaited<Calls[Place]> }> {
  await Promise.allSettled(calls)
  return Promise.all(calls)
}
