import { expect, it } from 'vitest'
import { errorText, withoutContent } from './error-text'

const postgres = (code: string, message: string) =>
  Object.assign(new Error(message), {
    name: 'error',
    code,
    detail: 'Failing row contains (ada@example.com).',
    where: 'COPY',
  })

it('keeps nothing of a PostgreSQL error but what names tables and constraints', () => {
  const error = postgres('23514', 'new row for relation "customers" violates check constraint "refusal"')
  const safe = withoutContent(new Error('the run failed', { cause: error }))
  expect(safe).toMatchObject({ message: 'the run failed', cause: { name: 'error', message: error.message } })
  expect(Object.keys(safe.cause as object)).not.toContain('detail')
})

it('does not quote the value that PostgreSQL could not take', () => {
  const error = postgres('22P02', 'invalid input syntax for type bigint: "ada@example.com"')
  expect(errorText(error)).toMatchObject({ type: 'error', message: 'PostgreSQL 22P02' })
  expect(JSON.stringify(errorText(error))).not.toContain('ada@')
  expect(errorText(error).stack).toContain('error-text.test')
})

it('keeps the message and the stack of any other error, and none of its properties', () => {
  const error = Object.assign(new TypeError('x is not a function'), { request: { body: 'ada@example.com' } })
  expect(withoutContent(error)).toMatchObject({ name: 'TypeError', message: 'x is not a function', stack: error.stack })
  expect(JSON.stringify(Object.entries(withoutContent(error)))).not.toContain('ada@')
  expect(withoutContent('ada@example.com').message).toBe('not an error')
})
