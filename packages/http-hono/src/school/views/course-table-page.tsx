import type { CourseTableEntry, EpochMs } from '@coursepay/core'
import type { PageContext } from '../page.js'
import type { SchoolTexts } from '../texts/school-texts.js'
import { coursePath } from './course-pages.js'
import { showPage } from './layout.js'
import { Badge, Pager } from './parts.js'

interface CourseTableProps {
  readonly entries: readonly CourseTableEntry[]
  /** From 1. */
  readonly page: number
  readonly lastPage: number
  readonly now: EpochMs
  readonly texts: SchoolTexts
}

/** My course table, newest first. */
export function courseTablePageAnswer(c: PageContext, table: Omit<CourseTableProps, 'texts'>) {
  const { texts } = c.var.visitor
  return showPage(c, { title: texts.myCourses, content: <CourseTable {...table} texts={texts} /> })
}

function CourseTable({ entries, page, lastPage, now, texts }: CourseTableProps) {
  return (
    <>
      <h1>{texts.myCourses}</h1>
      {entries.length === 0 ? (
        <p class="lead">
          {texts.noCourses} <a href="/">{texts.toCourses}</a>
        </p>
      ) : null}
      <ul class="list">
        {entries.map((entry) => (
          <li class="card">
            <h2>
              <a href={coursePath(entry)}>{entry.courseName}</a>
            </h2>
            <p class="row">
              <span class="soft">{texts.validUntil(entry.validtimeEnd)}</span>
              {now >= entry.validtimeEnd ? (
                <Badge tone="warn">{texts.courseState.expired}</Badge>
              ) : (
                <Badge tone="good">{texts.courseState.may_learn}</Badge>
              )}
            </p>
          </li>
        ))}
      </ul>
      <Pager path="/my-courses" page={page} lastPage={lastPage} texts={texts} />
    </>
  )
}
