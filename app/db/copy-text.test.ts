import { describe, expect, it } from 'vitest'
import { copyLineOf, createCopyLines } from './copy-text'

describe('a row', () => {
  it('has its values in the order of the columns, escaped, and \\N where there is none', () => {
    const lineOf = copyLineOf({ id: 'bigint', note: 'text', tags: 'text[]', address: 'jsonb', test: 'boolean' })
    const row = { note: 'a\tb\\c\r\n', id: '12', tags: ['x"y', 'z\\'], address: { zip: '1\n' } }
    expect(lineOf(row)).toBe('12\ta\\tb\\\\c\\r\\n\t{"x\\\\"y","z\\\\\\\\"}\t{"zip":"1\\\\n"}\t\\N')
  })

  it('of no columns is empty', () => {
    expect(copyLineOf({})({ id: '1' })).toBe('')
  })
})

describe('lines that are gathered', () => {
  it('come out as they were written, however long and of whatever letters', () => {
    const lines = createCopyLines()
    const texts = ['a', 'ü', '€'.repeat(9_000), '𝄞'.repeat(20_000), '', 'z']
    for (const text of texts) lines.write('1\t', text)
    const all = texts.map((text) => `1\t${text}\n`).join('')
    expect(lines.bytes).toBe(Buffer.byteLength(all))
    expect(lines.take().toString()).toBe(all)
  })

  it('are not touched by those written while they are sent', () => {
    const lines = createCopyLines()
    lines.write('first', '')
    const first = lines.take()
    lines.write('second', '')
    expect(first.toString()).toBe('first\n')
    const second = lines.take()
    lines.write('third', '')
    expect([second.toString(), lines.take().toString()]).toEqual(['second\n', 'third\n'])
  })
})
