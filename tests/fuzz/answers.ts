/** Which answers are right to what was sent how. */
import { METHODS } from 'node:http'
import { type Attempt, headerOf } from './attempt.ts'

/** 404 is none of them: all is sent to addresses that take webhooks. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 405, 415, 429])
/** node:http's own answers. */
const EXPECTATION_FAILED = 417
const HEAD_TOO_LARGE = 431

/** Those that node:http or the connection goes by, before anything of the app does. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['Host', 'Connection', 'Expect'])
/** A little less than node:http reads. */
const LONG_HEAD = 16_000

const isOverlong = ({ headers }: Attempt) =>
  headers.reduce((length, [name, value]) => length + name.length + value.length + 4, 0) > LONG_HEAD

/** A parser can make nothing of it, so that the connection may end before the answer is read. */
export function mayStayUnanswered(attempt: Attempt): boolean {
  const isWhole = attempt.framing === 'length' || attempt.framing === 'chunked'
  const isOfConnection = attempt.headerEdits.some(({ name }) => OF_THE_CONNECTION.has(name))
  return !isWhole || isOfConnection || isOverlong(attempt) || !METHODS.includes(attempt.method)
}

/** Of Shopify's own sample there is one right answer; of what was edited, some. */
export function isRightAnswer(attempt: Attempt, status: number): boolean {
  const { signing, method, jsonEdits, byteEdits, headerEdits } = attempt
  const isEdited = [jsonEdits, byteEdits, headerEdits].some(({ length }) => length > 0) || mayStayUnanswered(attempt)
  if (!isEdited && method !== 'POST') return status === 405
  if (!isEdited) return signing === 'right' ? status === 200 : status === 401 || status === 429
  if (status === 200) return signing === 'right' && method === 'POST'
  if (status === EXPECTATION_FAILED) return headerOf(attempt, 'Expect') !== null
  if (status === HEAD_TOO_LARGE) return isOverlong(attempt)
  return REFUSALS.has(status)
}
