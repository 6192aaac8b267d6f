import type { ChoiceView, CourseTableEntry, EpochMs, LearnStatusView } from '@coursepay/core'
import { ChoiceStatus, LearnStatus, writeYuan } from '@coursepay/core'
import { ChoiceType } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import { idSchema, stringSchema, timeSchema, writeTime, yuanSchema } from './values.js'

const learnStatusCodeSchema = z.enum(LearnStatus)

/** Everything but the course, the user and the learn status is null for a user who never chose the course. */
export const chooseCourseSchema = z
  .object({
    id: idSchema.nullable(),
    courseId: stringSchema,
    courseName: stringSchema,
    userId: stringSchema,
    orderType: z.enum(ChoiceType).nullable(),
    coursePrice: yuanSchema.nullable(),
    validDays: z.int().nullable(),
    status: z.enum(ChoiceStatus).nullable(),
    createDate: timeSchema.nullable(),
    validtimeStart: timeSchema.nullable(),
    validtimeEnd: timeSchema.nullable(),
    learnStatus: learnStatusCodeSchema,
  })
  .openapi('ChooseCourse')
export type ChooseCourseAnswer = z.infer<typeof chooseCourseSchema>

export const courseTableRowSchema = z
  .object({
    id: idSchema,
    chooseCourseId: idSchema,
    courseId: stringSchema,
    courseName: stringSchema,
    userId: stringSchema,
    orderType: z.enum(ChoiceType),
    createDate: timeSchema,
    validtimeStart: timeSchema,
    validtimeEnd: timeSchema,
    learnStatus: learnStatusCodeSchema,
  })
  .openapi('CourseTableRow')
export type CourseTableRow = z.infer<typeof courseTableRowSchema>

export const courseTableSchema = z
  .object({ items: z.array(courseTableRowSchema), counts: z.int(), page: z.int(), pageSize: z.int() })
  .openapi('CourseTable')

export function writeChoice({ choice, learnStatus }: ChoiceView): ChooseCourseAnswer {
  return {
    id: choice.id,
    courseId: choice.courseId,
    courseName: choice.courseName,
    userId: choice.userId,
    orderType: choice.orderType,
    coursePrice: writeYuan(choice.coursePrice),
    validDays: choice.validDays,
    status: choice.status,
    createDate: writeTime(choice.createDate),
    validtimeStart: writeTime(choice.validtimeStart),
    validtimeEnd: writeTime(choice.validtimeEnd),
    learnStatus,
  }
}

export function writeLearnStatus({ choice, ...view }: LearnStatusView): ChooseCourseAnswer {
  const { courseId, courseName, userId, learnStatus } = view
  if (choice !== null) return { ...writeChoice({ choice, learnStatus }), courseId, courseName, userId }
  return { ...notChosenAnswer, courseId, courseName, userId, learnStatus }
}

const notChosenAnswer = {
  id: null,
  orderType: null,
  coursePrice: null,
  validDays: null,
  status: null,
  createDate: null,
  validtimeStart: null,
  validtimeEnd: null,
} as const

export function writeCourseTableRow(entry: CourseTableEntry, now: EpochMs): CourseTableRow {
  return {
    id: entry.chooseCourseId,
    chooseCourseId: entry.chooseCourseId,
    courseId: entry.courseId,
    courseName: entry.courseName,
    userId: entry.userId,
    orderType: entry.orderType,
    createDate: writeTime(entry.createDate),
    validtimeStart: writeTime(entry.validtimeStart),
    validtimeEnd: writeTime(entry.validtimeEnd),
    learnStatus: now >= entry.validtimeEnd ? LearnStatus.expired : LearnStatus.mayLearn,
  }
}
