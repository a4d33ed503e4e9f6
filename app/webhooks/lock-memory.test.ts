import { expect, it } from 'vitest'
import { createLockMemory } from './lock-memory'

const order = (shop: string, topic = 'orders/updated') => ({ shopDomain: `${shop}.myshopify.com`, topic }) as never

it('holds the locked records of a shop for two seconds, and nothing else', () => {
  let now = 0
  const memory = createLockMemory(() => now)
  expect(memory.isLocked(order('tea'))).toBe(false)
  memory.note(order('tea'))
  expect(memory.isLocked(order('tea', 'orders/create'))).toBe(true)
  expect(memory.isLocked(order('tea', 'products/update'))).toBe(false)
  expect(memory.isLocked(order('coffee'))).toBe(false)
  now = 2_000
  expect(memory.isLocked(order('tea'))).toBe(false)
})
