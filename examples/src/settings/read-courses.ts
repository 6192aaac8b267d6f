import { readFileSync } from 'node:fs'
import { type Course, courseId, readYuan } from '@coursepay/core'
import * as z from 'zod'
import { demoCourses } from './demo-courses.js'

const courseSchema = z.object({
  courseId: z.string().transform((id) => courseId(id)),
  courseName: z.string().min(1).max(256),
  price: z.unknown().transform((price) => readYuan(price)),
  validDays: z.int().min(1).max(36_500),
})
const coursesSchema = z.array(courseSchema).min(1)

/** The courses of a JSON file, or the built-in ones. Throws with the line that is wrong. */
export function readCourses(file: string | undefined): readonly Course[] {
  const courses = parse(file === undefined ? demoCourses : JSON.parse(readFileSync(file, 'utf8')))
  const ids = courses.map((course) => course.courseId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new Error(`names the course ${twice} twice`)
  return courses
}

function parse(list: unknown): readonly Course[] {
  const result = coursesSchema.safeParse(list)
  if (result.success) return result.data.map(({ courseName, ...rest }) => ({ ...rest, courseName }))
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '))
}
