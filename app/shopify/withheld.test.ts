import { expect, it } from 'vitest'
import { resources } from '~/resources/registry'
import { namedAfter } from './withheld'

it('the same field has one name, whichever document asked for it', () => {
  const { open, page, nodes } = resources.customers.documents
  expect(namedAfter(open, ['page.nodes.firstName'])).toEqual(['customers.firstName'])
  expect(namedAfter(page, ['page.nodes.firstName'])).toEqual(['customers.firstName'])
  expect(namedAfter(nodes, ['nodes.firstName'])).toEqual(['customers.firstName'])
})
