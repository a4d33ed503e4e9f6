import { setTimeout as delay } from 'node:timers/promises'
import { PlainFailure } from '../plain-failure.mjs'

const pollMs = 200

export interface Wait<Found> {
  /** What is waited for, for the message when it does not come. */
  for: string
  timeoutMs: number
  /** Undefined: not yet. */
  check: () => Promise<Found | undefined>
  /** What is known about why it has not come. */
  explain?: () => Promise<string> | string
}

/**
 * Asks until there is an answer.
 *
 * @throws {PlainFailure} when there is none in time
 */
export async function waitUntil<Found>({ for: what, timeoutMs, check, explain }: Wait<Found>): Promise<Found> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const found = await check()
    if (found !== undefined) return found
    if (performance.now() > deadline) break
    await delay(pollMs)
  }
  const why = explain === undefined ? '' : `\n${await explain()}`
  throw new PlainFailure(`Waited ${timeoutMs / 1000} s in vain for ${what}.${why}`)
}
