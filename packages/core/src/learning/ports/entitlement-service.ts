import type { CourseId, UserId } from '../../shared/identifiers.js'
import type { OperatorAction } from '../../shared/operator-action.js'
import type { ChoiceView } from './learning-service.js'

export interface GrantRequest {
  readonly userId: UserId
  readonly courseId: CourseId
  /** Validity in days; null for the course's own. */
  readonly days: number | null
  readonly reason: string
  /** The idempotency key: one grant for each. 1 to 64 visible ASCII characters. */
  readonly key: string
}

/**
 * Entitlements that operators change without a payment. The caller checks who may. Each change is stored with who, when
 * and why.
 */
export interface EntitlementService {
  /**
   * Outcome: the user has the course; refunds of orders leave it. Errors: `course_not_found`, `invalid_id` for a
   * malformed key, `business_id_conflict` when the key granted something else. Repeated call with one key: the same
   * choice. Concurrency: one grant.
   */
  grant(request: GrantRequest, actor: UserId): Promise<ChoiceView>

  /**
   * Outcome: the user no longer has the course, however it came; `revoked` is false when there was nothing to revoke.
   */
  revoke(
    request: { readonly userId: UserId; readonly courseId: CourseId; readonly reason: string },
    actor: UserId,
  ): Promise<{ readonly revoked: boolean }>

  /** Outcome: the newest operator actions of a user, or of everybody when `subject` is null. */
  actions(subject: string | null): Promise<readonly OperatorAction[]>
}
