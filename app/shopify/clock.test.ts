import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../sandbox/random.ts'
import { createShopifyClock } from './clock'

const START = Date.parse('2026-11-22T10:00:00.000Z')

/** An exchange with a Shopify whose clock is `offsetMs` ahead of ours; its `Date` header has whole seconds. */
function exchange(atMs: number, offsetMs: number, { thereMs = 40, backMs = 60 } = {}) {
  const madeAt = atMs + thereMs + offsetMs
  return { sentMs: atMs, receivedMs: atMs + thereMs + backMs, dateMs: Math.floor(madeAt / 1000) * 1000 }
}

describe("Shopify's clock", () => {
  it('is believed to be ours until an answer denies it', () => {
    const clock = createShopifyClock()
    expect(clock.offsetMs()).toBe(0)
    for (let ms = 0; ms < 5_000; ms += 130) clock.observe(exchange(START + ms, 0))
    expect(clock.offsetMs()).toBe(0)
  })

  it.each([3_600_000, 600_000, 1_500, -1_500, -600_000, -3_600_000])(
    'is known from its first answer to a second and the time on the road, when it is %i ms ahead',
    (offset) => {
      const clock = createShopifyClock()
      clock.observe(exchange(START, offset))
      expect(clock.offsetMs()).toBeLessThanOrEqual(offset)
      expect(clock.offsetMs()).toBeGreaterThan(offset - 1_100)
    },
  )

  it.each([600_000, -600_000])(
    'becomes known to the time on the road as answers come, when it is %i ms ahead',
    (offset) => {
      const clock = createShopifyClock()
      for (let ms = 0; ms < 5_000; ms += 130) clock.observe(exchange(START + ms, offset))
      expect(clock.offsetMs()).toBeLessThanOrEqual(offset)
      expect(clock.offsetMs()).toBeGreaterThan(offset - 120)
    },
  )

  it('is never taken to be later than it is, when it is not ours', () => {
    const seed = 5
    const random = seededRandom(seed)
    for (let round = 0; round < 300; round++) {
      const sign = random() < 0.5 ? -1 : 1
      const offset = sign * (1_200 + Math.floor(random() * 900_000))
      const clock = createShopifyClock()
      for (let count = 0; count < 12; count++) {
        const road = { thereMs: random() * 400, backMs: random() * 400 }
        clock.observe(exchange(START + count * 700 + random() * 500, offset, road))
        expect(clock.offsetMs(), `seed ${seed}, round ${round}`).toBeLessThanOrEqual(offset)
      }
    }
  })

  it('is learned anew when one of both was set', () => {
    const clock = createShopifyClock()
    for (let ms = 0; ms < 5_000; ms += 130) clock.observe(exchange(START + ms, 0))
    clock.observe(exchange(START + 6_000, 120_000))
    expect(clock.offsetMs()).toBeGreaterThan(118_000)
    clock.observe(exchange(START + 7_000, 0))
    expect(clock.offsetMs()).toBe(0)
  })
})
