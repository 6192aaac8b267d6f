import { describe, expect, it } from 'vitest'
import { spreadWaiting } from './test-order.js'

const inOrder = (...files: string[]) => spreadWaiting(files, (file) => file.replace(/ \d$/, ''))

describe('the order of test files', () => {
  it('spreads files that wait among long ones that compute, on every server', () => {
    expect(inOrder('bench 1', 'browser 1', 'browser 2', 'examples 1', 'faults 1', 'faults on MySQL 9.7.4 1')).toEqual([
      ...['faults 1', 'bench 1', 'browser 1'],
      ...['faults on MySQL 9.7.4 1', 'browser 2', 'examples 1'],
    ])
  })

  it('puts short files behind long ones, and keeps them together', () => {
    expect(inOrder('adapter-mq 1', 'core 1', 'core 2', 'examples on MySQL 9.7.4 1', 'tools 1')).toEqual([
      'examples on MySQL 9.7.4 1',
      ...['adapter-mq 1', 'core 1', 'core 2', 'tools 1'],
    ])
  })

  it('leaves out nothing', () => {
    const files = ['faults 1', 'faults 2', 'bench 1', 'a new project 1', 'core 1']
    expect(inOrder(...files).toSorted()).toEqual(files.toSorted())
  })
})
