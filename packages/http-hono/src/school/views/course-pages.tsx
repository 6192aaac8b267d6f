import { type Course, LearnStatus, type LearnStatusView } from '@coursepay/core'
import type { PageContext } from '../page.js'
import type { CourseState, SchoolTexts } from '../texts/school-texts.js'
import { showPage } from './layout.js'
import { ActionButton, Badge, Price } from './parts.js'

/** A course of the catalogue, and how this visitor stands to it. */
export interface CourseWithLearnStatus {
  readonly course: Course
  readonly view: Pick<LearnStatusView, 'choice' | 'learnStatus'>
}

const stateByLearnStatus: Readonly<Record<LearnStatus, CourseState>> = {
  [LearnStatus.mayLearn]: 'may_learn',
  [LearnStatus.notPaid]: 'not_paid',
  [LearnStatus.expired]: 'expired',
}

export const coursePath = ({ courseId }: Pick<Course, 'courseId'>) => `/courses/${encodeURIComponent(courseId)}`

export function courseListPageAnswer(c: PageContext, items: readonly CourseWithLearnStatus[]) {
  const { texts } = c.var.visitor
  return showPage(c, { title: texts.courseList.title, content: <CourseList items={items} texts={texts} /> })
}

export function coursePageAnswer(c: PageContext, item: CourseWithLearnStatus) {
  const { texts } = c.var.visitor
  return showPage(c, { title: item.course.courseName, content: <CourseDetails item={item} texts={texts} /> })
}

function CourseList({
  items,
  texts,
}: {
  readonly items: readonly CourseWithLearnStatus[]
  readonly texts: SchoolTexts
}) {
  return (
    <>
      <h1>{texts.courseList.title}</h1>
      <p class="lead">{texts.courseList.text}</p>
      <ul class="grid">
        {items.map(({ course, view }) => (
          <li class="card">
            <h2>
              <a href={coursePath(course)}>{course.courseName}</a>
            </h2>
            <p class="row">
              <Price price={course.price} texts={texts} />
              <CourseBadge view={view} texts={texts} />
            </p>
            <p class="soft">{`${texts.validity} ${texts.validDays(course.validDays)}`}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

function CourseBadge({ view, texts }: { readonly view: CourseWithLearnStatus['view']; readonly texts: SchoolTexts }) {
  const state = stateByLearnStatus[view.learnStatus]
  if (state === 'not_paid') return null
  return <Badge tone={state === 'may_learn' ? 'good' : 'warn'}>{texts.courseState[state]}</Badge>
}

function CourseDetails({
  item: { course, view },
  texts,
}: {
  readonly item: CourseWithLearnStatus
  readonly texts: SchoolTexts
}) {
  const open = view.learnStatus === LearnStatus.mayLearn
  return (
    <article class="card">
      <h1>{course.courseName}</h1>
      <p class="row">
        <Price price={course.price} texts={texts} />
        <CourseBadge view={view} texts={texts} />
      </p>
      <p class="soft">
        {open && view.choice !== null
          ? texts.validUntil(view.choice.validtimeEnd)
          : `${texts.validity} ${texts.validDays(course.validDays)}`}
      </p>
      {open ? (
        <section class="lesson">
          <h2>{texts.lesson.title}</h2>
          <p>{texts.lesson.text}</p>
        </section>
      ) : (
        <>
          <ActionButton path={`${coursePath(course)}/learn`} label={texts.learnNow} />
          <p class="soft">{texts.afterPaying}</p>
        </>
      )}
    </article>
  )
}
