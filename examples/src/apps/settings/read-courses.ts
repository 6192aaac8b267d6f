import { readFileSync } from 'node:fs'
import { CheckoutError, type Course, courseId, readYuan } from '@coursepay/core'
import { isOrderName } from '@coursepay/http-hono'
import jsonc from 'jsonc-parser'
import * as z from 'zod'

/** Turns core's own refusals into issues, so that all mistakes of a file are reported at once. */
function read<Value>(parse: (value: unknown) => Value) {
  return (value: unknown, context: z.RefinementCtx): Value => {
    try {
      return parse(value)
    } catch (error) {
      context.addIssue({ code: 'custom', message: CheckoutError.isInstance(error) ? error.message : 'cannot be read' })
      return z.NEVER
    }
  }
}

const courseSchema = z.strictObject({
  courseId: z.string().transform(read((id) => courseId(String(id)))),
  courseName: z.string().refine(isOrderName, 'must be 1 to 256 visible characters'),
  price: z.unknown().transform(read(readPrice)),
  validDays: z.int().min(1).max(36_500),
})
const coursesSchema = z.array(courseSchema).min(1)

/** Whole yuan may be written without their fen. */
function readPrice(price: unknown) {
  return readYuan(typeof price === 'string' && /^\d{1,10}$/.test(price) ? `${price}.00` : price)
}

/** The courses on sale when `COURSES_FILE` is not set. */
export const demoCourses = [
  { courseId: '1', courseName: 'Spring Cloud 微服务实战', price: '99.00', validDays: 365 },
  { courseId: '2', courseName: 'TypeScript 从入门到六边形架构', price: '0.01', validDays: 90 },
  { courseId: '3', courseName: 'Git 入门', price: '0.00', validDays: 365 },
]

/** The courses of a JSON file, or the built-in ones. Throws with every mistake and its line. */
export function readCourses(file: string | undefined): readonly Course[] {
  return file === undefined ? coursesSchema.parse(demoCourses) : parseCourses(readText(file))
}

export function parseCourses(text: string): readonly Course[] {
  const tree = parseJson(text)
  const result = coursesSchema.safeParse(JSON.parse(text))
  if (!result.success) throw new Error(result.error.issues.map((issue) => issueText(issue, text, tree)).join('; '))
  const ids = result.data.map((course) => course.courseId)
  const again = ids.findIndex((id, index) => ids.indexOf(id) !== index)
  if (again !== -1)
    throw new Error(`${lineOf([again], text, tree)}the course ${ids[again]} is listed twice: remove one`)
  return result.data
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
    throw new Error(`the file ${file} cannot be read (${code}): check its path and rights`)
  }
}

function parseJson(text: string): jsonc.Node | undefined {
  const errors: jsonc.ParseError[] = []
  const tree = parseTree(text, errors)
  const [first] = errors
  if (first === undefined) return tree
  throw new Error(`${lineAt(first.offset, text)}is not JSON (${jsonc.printParseErrorCode(first.error)})`)
}

/** It calls itself for each bracket inside another, until the stack is full. */
function parseTree(text: string, errors: jsonc.ParseError[]): jsonc.Node | undefined {
  try {
    return jsonc.parseTree(text, errors, { disallowComments: true })
  } catch (cause) {
    throw new Error('line 1: is nested too deeply: write one list of courses', { cause })
  }
}

const issueText = ({ path, message }: z.core.$ZodIssue, text: string, tree: jsonc.Node | undefined): string =>
  `${lineOf(path, text, tree)}${path.slice(1).join('.')} ${message}`.trim()

/** The line of a member, or of the entry where it is missing. */
function lineOf(path: readonly PropertyKey[], text: string, tree: jsonc.Node | undefined): string {
  const find = (end: number) => tree && jsonc.findNodeAtLocation(tree, path.slice(0, end).map(segment))
  const node = find(path.length) ?? find(1)
  return node === undefined ? '' : lineAt(node.offset, text)
}

const segment = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key))

const lineAt = (offset: number, text: string): string => `line ${text.slice(0, offset).split('\n').length}: `
