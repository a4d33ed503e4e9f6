import { describe, expect, it } from 'vitest'
import {
  booleanOf,
  decimalOf,
  filledText,
  idOf,
  integerOf,
  objectOf,
  objectsOf,
  optionalId,
  required,
  tagsOf,
  textOf,
  timeOf,
  wordOf,
} from './read-values'
import { UnreadableRecord } from './resource'

describe('an id keeps every digit', () => {
  it.each([
    ['gid://shopify/Order/9007199254740993', '9007199254740993'],
    ['gid://shopify/ProductVariant/820982911946154508', '820982911946154508'],
    ['gid://shopify/CustomerAddress/1?model_name=CustomerAddress', '1'],
    ['9223372036854775807', '9223372036854775807'],
    [9007199254740993n, '9007199254740993'],
    [42, '42'],
    ['007', '7'],
  ])('%s', (value, digits) => {
    expect(idOf(value, 'id')).toBe(digits)
  })

  it.each([
    ['a number that has lost digits', 2 ** 53],
    ['a fraction', 1.5],
    ['more than a bigint holds', '9223372036854775808'],
    ['a negative number', -1],
    ['words', 'abc'],
    ['nothing', ''],
    ['a gid without a number', 'gid://shopify/Order/'],
    ['null', null],
    ['an object', {}],
  ])('%s is refused', (_, value) => {
    expect(() => idOf(value, 'Order.id')).toThrow(new UnreadableRecord('Order.id is not an id'))
  })

  it('an id that may be absent is null then, and still checked when present', () => {
    expect(optionalId(null, 'id')).toBeNull()
    expect(optionalId(undefined, 'id')).toBeNull()
    expect(optionalId('gid://shopify/Product/7', 'id')).toBe('7')
    expect(() => optionalId('', 'id')).toThrow(UnreadableRecord)
  })
})

describe('money comes out the same in both spellings and never as a float', () => {
  it.each([
    ['12.00', '12'],
    ['12.0', '12'],
    ['12', '12'],
    ['12.50', '12.5'],
    ['0.0001', '0.0001'],
    ['0.00000', '0'],
    ['-3.10', '-3.1'],
    ['9999999999999999.9999', '9999999999999999.9999'],
    [19.99, '19.99'],
    [5, '5'],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%s is %s', (value, decimal) => {
    expect(decimalOf(value, 'price')).toBe(decimal)
  })

  it.each(['12.00001', '1e3', '1,000.00', '$5', 'NaN', '99999999999999999', {}, [], true, '.5', '5.'])(
    '%s is refused',
    (value) => {
      expect(() => decimalOf(value, 'price')).toThrow(UnreadableRecord)
    },
  )
})

describe('a time keeps its offset and its fraction', () => {
  it.each([
    '2026-11-22T10:00:00Z',
    '2026-11-22T05:00:00-05:00',
    '2026-11-22T13:30:00.123456+03:30',
    '2028-02-29T23:59:59Z',
    '2026-11-22T05:00:00-0500',
  ])('%s', (time) => {
    expect(timeOf(time, 'at')).toBe(time)
  })

  it.each(['', null, undefined])('%s is no time', (value) => {
    expect(timeOf(value, 'at')).toBeNull()
  })

  it.each([
    '2026-11-22',
    '2026-11-22T10:00:00',
    '2026-11-22 10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-22T25:00:00Z',
    1_795_000_000,
    'soon',
  ])('%s is refused', (value) => {
    expect(() => timeOf(value, 'at')).toThrow(new UnreadableRecord('at is not a time'))
  })
})

describe('tags', () => {
  it("come out the same from REST's string and GraphQL's list, in their order", () => {
    expect(tagsOf('vip, b2b,  wholesale ', 'tags')).toEqual(['vip', 'b2b', 'wholesale'])
    expect(tagsOf(['vip', 'b2b', 'wholesale'], 'tags')).toEqual(['vip', 'b2b', 'wholesale'])
  })

  it('are none in every spelling of none', () => {
    for (const none of ['', ' ', ' , ', [], null, undefined]) expect(tagsOf(none, 'tags')).toEqual([])
  })

  it.each([5, {}, [1], [{}]])('%j is refused', (value) => {
    expect(() => tagsOf(value, 'tags')).toThrow(UnreadableRecord)
  })
})

describe('text', () => {
  it('is stored as it came', () => {
    expect(textOf(' Käse 🧀 ', 'title')).toBe(' Käse 🧀 ')
    expect(textOf('', 'title')).toBe('')
    expect(textOf(null, 'title')).toBeNull()
    expect(textOf(undefined, 'title')).toBeNull()
  })

  it('loses only what PostgreSQL cannot hold', () => {
    expect(textOf('a\u0000b', 'title')).toBe('ab')
    expect(textOf('cut \ud83e', 'title')).toBe('cut \ufffd')
  })

  it('that REST leaves empty where GraphQL says null is null', () => {
    expect(filledText('', 'email')).toBeNull()
    expect(filledText('a@b.example', 'email')).toBe('a@b.example')
  })

  it('of a status is upper case whichever channel brought it', () => {
    expect(wordOf('partially_refunded', 'status')).toBe('PARTIALLY_REFUNDED')
    expect(wordOf('PAID', 'status')).toBe('PAID')
    expect(wordOf(null, 'status')).toBeNull()
  })

  it.each([5, true, {}, []])('%j is refused', (value) => {
    expect(() => textOf(value, 'title')).toThrow(UnreadableRecord)
  })
})

describe('whole numbers and truth', () => {
  it('are read from numbers and digits', () => {
    expect(integerOf(-3, 'quantity')).toBe(-3)
    expect(integerOf('17', 'quantity')).toBe(17)
    expect(integerOf(null, 'quantity')).toBeNull()
    expect(booleanOf(false, 'test')).toBe(false)
    expect(booleanOf(undefined, 'test')).toBeNull()
  })

  it.each(['', ' ', '1.0', '0x10', 1.5, 2 ** 31, 7n, true])('%s is no whole number of 32 bits', (value) => {
    expect(() => integerOf(value, 'quantity')).toThrow(UnreadableRecord)
  })

  it.each(['true', 0, 1, {}])('%s is neither true nor false', (value) => {
    expect(() => booleanOf(value, 'test')).toThrow(UnreadableRecord)
  })
})

describe('what a record cannot do without', () => {
  it('is named when it is missing, without any of its values', () => {
    expect(() => required(null, 'Order.updatedAt')).toThrow(new UnreadableRecord('Order.updatedAt is missing'))
    expect(() => objectOf([], 'customer')).toThrow(new UnreadableRecord('customer is not an object'))
    expect(() => decimalOf('secret', 'price')).not.toThrow(/secret/)
  })

  it('an absent list is an error, because an empty one would delete what the copy has', () => {
    expect(objectsOf([], 'variants')).toEqual([])
    expect(() => objectsOf(undefined, 'variants')).toThrow(UnreadableRecord)
    expect(() => objectsOf([null], 'variants')).toThrow(UnreadableRecord)
  })
})
