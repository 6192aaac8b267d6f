import { type CourseChoice, chooseCourseId } from '@coursepay/core'
import { sampleChoice, sampleTableEntry } from '@coursepay/core/contracts'
import type { CourseEntitlement } from '@coursepay/core/ports'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const raised = (choice: CourseChoice, change: Partial<CourseChoice>): CourseChoice => ({
  ...choice,
  version: choice.version + 1,
  ...change,
})

function describeChoices(urlOf: () => string): void {
  const open = async (): Promise<OpenedSqlStore> => {
    const store = await sqlStore({ url: urlOf() }).open()
    onTestFinished(() => store.close())
    return store
  }

  it.each([
    ['an older', 0],
    ['a newer', 1],
  ])('lets %s choice become the current one in the commit that retires the other', async (_, grantedIndex) => {
    const { entitlements } = (await open()).learningStore
    const userId = sampleChoice(1).userId
    const both = [1, 2].map((count) =>
      sampleChoice(count + 10 * grantedIndex, {
        courseId: `course-${grantedIndex}` as CourseChoice['courseId'],
        retired: count === 1 + grantedIndex ? 'superseded' : null,
      }),
    )
    const [first = sampleChoice(1)] = both
    const { courseId } = first
    const empty: CourseEntitlement = { userId, courseId, choices: [], entry: null }
    const before = { ...empty, choices: both }
    const nothing = { handled: null, actions: [] }
    expect(await entitlements.commit({ before: empty, after: before, ...nothing })).toBe('committed')
    const granted = both.map((choice, index) =>
      raised(choice, index === grantedIndex ? { retired: null, status: '701001' } : { retired: 'superseded' }),
    )
    const after = { ...before, choices: granted, entry: sampleTableEntry(granted[grantedIndex] ?? first) }
    expect(await entitlements.commit({ before, after, ...nothing })).toBe('committed')
    expect(await entitlements.find({ id: chooseCourseId(first.id) })).toEqual(after)
  })
}

describe('choices on SQLite', () => {
  describeChoices(() => `sqlite:${temporaryDatabaseFile()}`)
})

describeOnMysql('choices on MySQL', () => {
  const test = mysqlTestDatabase()
  describeChoices(() => test.url())
})
