import { afterEach, expect, it, vi } from 'vitest'
import { readEnv } from '../app/env.server.ts'
import { PlainFailure, reportFailure } from './plain-failure.mjs'

afterEach(() => {
  process.exitCode = undefined
})

/** What is printed, and what the process will exit with. */
function reported(error: unknown): [unknown, unknown] {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  reportFailure(error)
  const [line] = printed.mock.calls[0]!
  printed.mockRestore()
  return [line, process.exitCode]
}

it('prints what is meant for a person without a stack', () => {
  expect(reported(new PlainFailure('The disk is full.'))).toEqual(['\nThe disk is full.', 1])
})

it('prints so, too, what the app says of its settings', () => {
  let refusal: unknown
  try {
    readEnv({})
  } catch (error) {
    refusal = error
  }
  expect(reported(refusal)).toEqual([expect.stringMatching(/^\nLockstep cannot start.*\n {2}SHOPIFY_API_KEY/), 1])
})

it('prints a bug with its stack', () => {
  const bug = new TypeError('x is not a function')
  expect(reported(bug)).toEqual([bug, 1])
})
