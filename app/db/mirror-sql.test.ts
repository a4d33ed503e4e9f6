import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import type { Table } from '../resources/resource'
import { confirmUnchanged, countLive, mergeRecords, tombstoneParents } from './mirror-sql'

const { orders } = resources
const [lines] = orders.children

describe('only names can get into the SQL', () => {
  it.each(['orders; drop table shops', 'Orders', 'a"b', "a'b", '', '1st', 'public.orders'])(
    '%s is refused as the name of a table',
    (name) => {
      const table: Table = { name, columns: {} }
      expect(() => mergeRecords({ ...orders, table }, [], [])).toThrow(/cannot be the name/)
      expect(() => confirmUnchanged(table)).toThrow(/cannot be the name/)
      expect(() => tombstoneParents(table)).toThrow(/cannot be the name/)
      expect(() => countLive(table)).toThrow(/cannot be the name/)
    },
  )

  it('a column that the table does not have is refused, so that a normalizer cannot invent one', () => {
    expect(() => mergeRecords(orders, ['colour'], [])).toThrow('colour is not a column of the table')
    expect(() => mergeRecords(orders, [], [{ child: lines!, kinds: [{ columns: ['colour'] }] }])).toThrow(/colour/)
    expect(() => mergeRecords(orders, ['name = null --'], [])).toThrow()
  })
})

it('a column that is not carried is not written', () => {
  const sql = mergeRecords(orders, ['name'], [])
  expect(sql).toContain('name = excluded.name')
  expect(sql).not.toContain('note')
})

it('what a child knew is kept where the source may have forgotten it', () => {
  const sql = mergeRecords(orders, [], [{ child: lines!, kinds: [{ columns: ['product_id', 'title'] }] }])
  expect(sql).toContain('product_id = coalesce(excluded.product_id, copy.product_id)')
  expect(sql).toContain('title = excluded.title')
})
