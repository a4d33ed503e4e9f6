import { describe, expect, it } from 'vitest'
import { parseBody } from './parse-body'

const bodyOf = (text: string) => {
  const parsed = parseBody(text)
  if (parsed.outcome === 'malformed') throw new Error(parsed.reason)
  return parsed.body
}

describe('parseBody', () => {
  it('keeps every digit of integers beyond 2^53, at any depth', () => {
    const text = '{"id": 820982911946154508, "items": [\n {"id":-9007199254740993}, 1234567890123456 ], "small": 12}'
    expect(bodyOf(text)).toEqual({
      id: '820982911946154508',
      items: [{ id: '-9007199254740993' }, '1234567890123456'],
      small: 12,
    })
  })

  it('does so beside text that looks like such a number, and leaves the text alone', () => {
    const text = '{"note": "ids: 820982911946154508, [1234567890123456]", "id": 820982911946154508}'
    expect(bodyOf(text)).toEqual({ ...JSON.parse(text), id: '820982911946154508' })
  })

  it('leaves decimals, exponents and digits inside strings as they are', () => {
    expect(
      bodyOf('{"price": 1.12345678901234567, "big": 1e21, "gid": "gid://shopify/Order/820982911946154508"}'),
    ).toEqual({
      price: 1.1234567890123457,
      big: 1e21,
      gid: 'gid://shopify/Order/820982911946154508',
    })
  })

  it.each([
    '',
    'null',
    '12',
    '"text"',
    '[]',
    '[{}]',
    '{',
    '{"a": 1}}',
    '\ufeff{}',
    '{"a": 01}',
    '{"a": 00000000000000001}',
  ])('calls %j malformed instead of throwing', (text) => {
    expect(parseBody(text).outcome).toBe('malformed')
  })

  it('survives nesting that is deeper than the stack', () => {
    const deep = `{"id": 820982911946154508, "a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(bodyOf(deep)).toMatchObject({ id: '820982911946154508' })
  })

  it('takes out of the text what jsonb refuses, and nothing else', () => {
    const text = String.raw`{"nul": "a\u0000b", "half": "\ud83dx", "pair": "\ud83d\ude00", "not": "\\u0000", "esc": "\\\u0000\n"}`
    const parsed = parseBody(text)
    expect(parsed).toEqual({
      outcome: 'parsed',
      body: { nul: 'ab', half: '\ufffdx', pair: '😀', not: String.raw`\u0000`, esc: '\\\n' },
      storable: String.raw`{"nul": "ab", "half": "\ufffdx", "pair": "\ud83d\ude00", "not": "\\u0000", "esc": "\\\n"}`,
    })
  })

  it('gives an ordinary body back as the very text that came', () => {
    const text = '{"id":1,  "note": "caf\\u00e9"}'
    expect(parseBody(text)).toMatchObject({ storable: text })
  })
})
