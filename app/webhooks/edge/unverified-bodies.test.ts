import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnverifiedBodies, type UnverifiedBody } from './unverified-bodies'

let nowMs = 0
let told: string[] = []

beforeEach(() => {
  nowMs = 1_000
  told = []
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const bodies = () => new UnverifiedBodies({ mostBytes: 100_000, mostMs: 10_000 }, () => nowMs)

function begin(all: UnverifiedBodies, name: string, bytes = 0): UnverifiedBody {
  const end = (what: string) => {
    told.push(`${name} ${what}`)
    all.end(body)
  }
  const body = { beganMs: 0, heldBytes: 0, expire: () => end('expired'), giveWay: () => end('gave way') }
  all.begin(body)
  if (bytes > 0) all.hold(body, bytes)
  return body
}

function pass(ms: number): void {
  nowMs += ms
  vi.advanceTimersByTime(ms)
}

describe('bodies that take too long', () => {
  it('expire after their time, and no others', () => {
    const all = bodies()
    begin(all, 'slow')
    pass(5_000)
    begin(all, 'younger')
    pass(4_000)
    expect(told).toEqual([])
    pass(2_000)
    expect(told).toEqual(['slow expired'])
    pass(10_000)
    expect(told).toEqual(['slow expired', 'younger expired'])
  })

  it('are not looked for while there are none', () => {
    const all = bodies()
    all.end(begin(all, 'quick', 10))
    pass(2_000)
    expect(vi.getTimerCount()).toBe(0)
    begin(all, 'slow')
    pass(11_000)
    expect(told).toEqual(['slow expired'])
  })
})

describe('too much at once', () => {
  it('makes the oldest give way, until a quarter is free', () => {
    const all = bodies()
    for (const name of ['a', 'b', 'c', 'd']) begin(all, name, 24_000)
    expect(told).toEqual([])
    begin(all, 'newest', 24_000)
    expect(told).toEqual(['a gave way', 'b gave way'])
    expect(all.heldBytes).toBe(3 * 24_500)
  })

  it('leaves alone whoever holds nothing, and whoever is sending', () => {
    const all = bodies()
    begin(all, 'nothing yet')
    const old = begin(all, 'old', 60_000)
    begin(all, 'younger', 30_000)
    all.hold(old, 20_000)
    expect(told).toEqual(['younger gave way'])
    expect(all.heldBytes).toBe(81_000)
  })

  it('counts crumbs for more than they weigh', () => {
    const all = bodies()
    const crumbs = begin(all, 'crumbs')
    begin(all, 'other', 1)
    for (let count = 0; count < 200; count += 1) all.hold(crumbs, 1)
    expect(told).toEqual(['other gave way'])
  })

  it('is over when bodies have ended, whichever way and however often they say so', () => {
    const all = bodies()
    const body = begin(all, 'body', 90_000)
    all.end(body)
    all.end(body)
    expect(all.heldBytes).toBe(0)
    begin(all, 'next', 90_000)
    expect(told).toEqual([])
  })
})
