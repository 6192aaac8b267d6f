import type { OperatorAction } from '../operator-action.js'

/** The operators' actions (table `operator_action`). Every method may fail with `store_unavailable`. */
export interface OperatorLog {
  /** Outcome: stored; for actions that change nothing else. Repeated call with one id: stored once. */
  append(action: OperatorAction): Promise<void>

  /**
   * Outcome: up to `limit` actions, newest first: of a subject or of its order, or of everybody when `subject` is null.
   */
  listOf(subject: string | null, limit: number): Promise<readonly OperatorAction[]>
}
