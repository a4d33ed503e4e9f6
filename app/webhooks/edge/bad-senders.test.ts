import { expect, it } from 'vitest'
import { BadSenders } from './bad-senders'

const senders = () => new BadSenders({ mostInWindow: 3, windowMs: 60_000, mostSenders: 100 })

function noted(bad: BadSenders, sender: string, times: number, nowMs: number): BadSenders {
  for (let count = 0; count < times; count += 1) bad.note(sender, nowMs)
  return bad
}

it('limits a sender from the request after the last that is allowed, and nobody else', () => {
  const bad = noted(senders(), 'a', 2, 0)
  expect(bad.isLimited('a', 0)).toBe(false)
  bad.note('a', 59_999)
  expect([bad.isLimited('a', 59_999), bad.isLimited('b', 59_999)]).toEqual([true, false])
})

it('ends with the minute, which begins with the first of them', () => {
  const bad = noted(senders(), 'a', 3, 1_000)
  expect([bad.isLimited('a', 60_999), bad.isLimited('a', 61_000)]).toEqual([true, false])
  noted(bad, 'a', 2, 61_000)
  expect(bad.isLimited('a', 61_000)).toBe(false)
})

it('remembers so many senders and no more, and forgets those first whose minute began first', () => {
  const bad = senders()
  for (let sender = 0; sender < 1_000; sender += 1) noted(bad, `${sender}`, 3, sender)
  expect(bad.size).toBe(100)
  expect([bad.isLimited('899', 1_000), bad.isLimited('900', 1_000)]).toEqual([false, true])
})

it('does not take a sender for an old one that begins a new minute', () => {
  const bad = noted(senders(), 'old', 3, 0)
  for (let sender = 0; sender < 98; sender += 1) bad.note(`${sender}`, 1)
  noted(bad, 'old', 3, 60_000)
  bad.note('one more', 60_000)
  bad.note('and one more', 60_000)
  expect(bad.isLimited('old', 60_000)).toBe(true)
})
