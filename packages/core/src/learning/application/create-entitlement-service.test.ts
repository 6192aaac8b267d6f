import { describe, expect, it } from 'vitest'
import { codeOf, freeCourse, li, openShop, paidCourse, zhang } from '../../../test/shop.js'
import { courseId, userId } from '../../index.js'

const actor = userId('ops-1')
const request = { userId: zhang, courseId: paidCourse.courseId, days: null, reason: '银行转账', key: 'gift-1' }

describe('a grant', () => {
  it('is noted once with who, when and which course, however often it is repeated', async () => {
    const { entitlements, clock } = await openShop()
    const at = clock.now()
    const first = await entitlements.grant(request, actor)
    clock.advance(1_000)
    expect((await entitlements.grant(request, actor)).choice).toEqual(first.choice)
    expect(await entitlements.actions(zhang)).toMatchObject([
      { kind: 'grant', actor, at, subject: zhang, reason: '银行转账', detail: 'course 1', orderId: null },
    ])
  })

  it('is noted once when it comes twice at once', async () => {
    const { entitlements } = await openShop()
    await Promise.all([entitlements.grant(request, actor), entitlements.grant(request, actor)])
    expect((await entitlements.actions(null)).map(({ kind }) => kind)).toEqual(['grant'])
  })

  it('is answered with the choice of its own key, whatever else the user was given', async () => {
    const { entitlements } = await openShop()
    const first = await entitlements.grant({ ...request, days: 7 }, actor)
    const second = await entitlements.grant({ ...request, key: 'gift-2', days: 9 }, actor)
    expect([first.choice.grantKey, second.choice.grantKey]).toEqual(['gift-1', 'gift-2'])
    const again = { ...request, key: 'gift-2', days: 9 }
    expect((await entitlements.grant(again, actor)).choice.id).toBe(second.choice.id)
  })

  it.each([
    ['another user', { userId: li }],
    ['another course', { courseId: freeCourse.courseId }],
    ['other days', { days: 8 }],
  ])('is refused when its key was used for %s, and says to use a new one', async (_, change) => {
    const { entitlements } = await openShop()
    await entitlements.grant({ ...request, days: 7 }, actor)
    const other = entitlements.grant({ ...request, days: 7, ...change }, actor)
    await expect(other).rejects.toMatchObject({
      code: 'business_id_conflict',
      message: expect.stringMatching(/new key/),
    })
  })

  it('of a course that is not there is refused, and nothing is noted', async () => {
    const { entitlements } = await openShop()
    expect(await codeOf(entitlements.grant({ ...request, courseId: courseId('none') }, actor))).toBe('course_not_found')
    expect(await entitlements.actions(zhang)).toEqual([])
  })

  it('fails with the failure of the store, when no grant of the key is there', async () => {
    const { entitlements, learningStore } = await openShop()
    const { commit } = learningStore.entitlements
    Object.assign(learningStore.entitlements, { commit: () => Promise.reject(new Error('the disk is full')) })
    await expect(entitlements.grant(request, actor)).rejects.toThrow('the disk is full')
    Object.assign(learningStore.entitlements, { commit })
  })

  it('whose answer was lost is answered with what was granted', async () => {
    const { entitlements, learningStore } = await openShop()
    learningStore.faults.loseCommitAnswerOnce()
    expect((await entitlements.grant(request, actor)).choice.grantKey).toBe('gift-1')
  })
})

describe('a revocation', () => {
  it('is noted when something was taken away, and not when there was nothing', async () => {
    const { entitlements, choose } = await openShop()
    await choose(zhang, freeCourse)
    const revocation = { userId: zhang, courseId: freeCourse.courseId, reason: '弄错了' }
    expect([await entitlements.revoke(revocation, actor), await entitlements.revoke(revocation, actor)]).toEqual([
      { revoked: true },
      { revoked: false },
    ])
    expect(await entitlements.actions(null)).toMatchObject([{ kind: 'revoke', detail: 'course 2', reason: '弄错了' }])
  })
})
