import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { createWorkGate } from '../src/rabbit/work-gate.js'

function openGate() {
  const scheduler = manualScheduler(settableClock())
  const gate = createWorkGate(scheduler)
  const told: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => async () => {
    told.push(`${name} begins`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    told.push(`${name} ends`)
  }
  async function end(name: string): Promise<void> {
    ends.get(name)?.()
    await nextTurn()
  }
  return { gate, scheduler, told, work, end }
}

describe('the gate of a consumer', () => {
  it('lets handlers run side by side', () => {
    const { gate, told, work } = openGate()
    void gate.runShared(work('one'))
    void gate.runShared(work('two'))
    expect(told).toEqual(['one begins', 'two begins'])
  })

  it('lets one run alone: after those before it, and before those behind it', async () => {
    const { gate, told, work, end } = openGate()
    void gate.runShared(work('before'))
    void gate.runAlone(work('alone'))
    void gate.runShared(work('behind'))
    await nextTurn()
    expect(told).toEqual(['before begins'])
    await end('before')
    expect(told.slice(1)).toEqual(['before ends', 'alone begins'])
    await end('alone')
    expect(told.slice(3)).toEqual(['alone ends', 'behind begins'])
  })

  it('lets two that want to be alone run one after the other', async () => {
    const { gate, told, work, end } = openGate()
    void gate.runAlone(work('one'))
    void gate.runAlone(work('two'))
    await nextTurn()
    await end('one')
    expect(told).toEqual(['one begins', 'one ends', 'two begins'])
  })

  it('waits five seconds at most for a handler that hangs, before and after the one that is alone', async () => {
    const { gate, scheduler, told, work } = openGate()
    void gate.runShared(work('hangs'))
    void gate.runAlone(work('hangs alone'))
    void gate.runShared(work('behind'))
    await scheduler.advance(4_999)
    expect(told).toEqual(['hangs begins'])
    await scheduler.advance(1)
    expect(told).toEqual(['hangs begins', 'hangs alone begins'])
    await scheduler.advance(5_000)
    expect(told).toEqual(['hangs begins', 'hangs alone begins', 'behind begins'])
  })
})
