import type { Course } from '../../src/learning/domain/course.js'
import { courseId, type UserId, userId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'

export const ORDER_LIFE_MS = 5 * 60_000

/** The later one stands here, the more it is bought. Odd prices, so that parts never add up by chance. */
export const courses: readonly Course[] = [
  { courseId: courseId('3'), courseName: 'Free', price: fen(0), validDays: 365 },
  { courseId: courseId('1'), courseName: 'Java', price: fen(9_901), validDays: 365 },
  { courseId: courseId('2'), courseName: 'Go', price: fen(29), validDays: 365 },
]

export const buyers: readonly UserId[] = ['zhang', 'li', 'wang'].map((name) => userId(name))

export const operator = { userId: userId('ops'), operator: true }
