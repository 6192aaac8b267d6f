import type { Course } from '../learning/domain/course.js'
import type { CourseChoice, CourseTableEntry } from '../learning/domain/course-choice.js'
import type { EpochMs } from '../shared/ports/clock.js'
import type { Session } from './in-memory-database.js'
import { inMemoryTable } from './in-memory-table.js'

export const inMemoryLearningTables = () => ({
  choices: inMemoryTable<CourseChoice>(),
  /** Id of the current choice, by user and course. */
  currentChoiceId: inMemoryTable<string>(),
  courseTable: inMemoryTable<CourseTableEntry>(),
  handled: inMemoryTable<EpochMs>(),
  courses: inMemoryTable<Course>(),
})

export type LearningSession = Session<ReturnType<typeof inMemoryLearningTables>>

/** Neither id holds a space, so the pair is unambiguous. */
export const pairKey = (first: string, second: string): string => `${first} ${second}`
