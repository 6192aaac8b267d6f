import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readCourses } from '../src/apps/settings/read-courses.js'

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'coursepay-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'courses.json'), text)
  return join(folder, 'courses.json')
}

const course = (change: object = {}) =>
  JSON.stringify({ courseId: '1', courseName: 'Git', price: '99.00', validDays: 365, ...change })

describe('the file of courses', () => {
  it.each([
    ['"99"', 9_900],
    ['"99.00"', 9_900],
    ['99.5', 9_950],
    ['"0.00"', 0],
  ])('has a price of %s', (price, fen) => {
    const text = `[{"courseId":"1","courseName":"Git","price":${price},"validDays":365}]`
    expect(readCourses(fileOf(text))).toMatchObject([{ price: fen }])
  })

  it('may begin with a byte order mark and have line breaks of Windows', () => {
    expect(readCourses(fileOf(`\uFEFF[\r\n${course()}\r\n]`))).toHaveLength(1)
  })

  it.each([
    [
      'a price',
      `[\n${course()},\n{"courseId": "2",\n"courseName": "x",\n"price": "9.9.9",\n"validDays": 1}]`,
      /^line 5: price /,
    ],
    ['a missing member', `[\n\n{"courseId": "2"}]`, /^line 3: courseName .*line 3: /],
    ['an unknown member', `[\n${course({ prise: '1' })}]`, /^line 2: .*prise/],
    ['a name with a line break', `[${course({ courseName: 'a\nb' })}]`, /^line 1: courseName must be 1 to 256 visible/],
    ['a name that is too long', `[${course({ courseName: 'x'.repeat(257) })}]`, /^line 1: courseName/],
    ['a blank name', `[${course({ courseName: ' ' })}]`, /^line 1: courseName/],
    ['an id', `[${course({ courseId: 'a b' })}]`, /^line 1: courseId/],
    ['the same course twice', `[\n${course()},\n${course()}\n]`, /^line 3: the course 1 is listed twice: remove one/],
    ['a comma too many', `[\n${course()},\n]`, /^line 3: is not JSON/],
    ['an end too early', `[\n${course()}`, /^line 2: is not JSON/],
    ['no list', '{}', /expected array/],
    ['brackets inside each other', '['.repeat(100_000), /^line 1: is nested too deeply: write one list of courses$/],
  ])('is refused for %s, with the line of it', (_, text, sentence) => {
    expect(() => readCourses(fileOf(text))).toThrow(sentence)
  })

  it('is named when it cannot be read', () => {
    expect(() => readCourses('/nowhere/courses.json')).toThrow('the file /nowhere/courses.json cannot be read (ENOENT)')
  })
})
