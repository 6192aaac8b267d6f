import { CheckoutError } from './checkout-error.js'

const MOST_TRIES = 5

/** Runs `work` again when it lost a race (`state_conflict`): it then decides anew on what the winner left. */
export async function retryConflicts<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      const raced = CheckoutError.isInstance(error) && error.code === 'state_conflict'
      if (!raced || tries === MOST_TRIES) throw error
    }
  }
}
