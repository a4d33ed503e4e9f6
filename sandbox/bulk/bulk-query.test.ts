import { expect, it } from 'vitest'
import { checkBulkQuery } from './bulk-query.ts'

const messagesFor = (query: string) => {
  const checked = checkBulkQuery(query)
  return checked.outcome === 'invalid' ? checked.messages : []
}

it('takes what Shopify takes: fragments, aliases, three connections deep, objects between', () => {
  const queries = [
    '{products{edges{node{id}}}}',
    'query Named {things:products(query:"status:active"){edges{cursor node{title}} pageInfo{hasNextPage}}}',
    '{orders{edges{node{id ...rest}}}} fragment rest on Order{name customer{id orders{edges{node{id}}}}}',
    '{customers{edges{node{id orders{edges{node{id lineItems{edges{node{id}}}}}}}}}}',
  ]
  for (const query of queries) expect(messagesFor(query), query).toEqual([])
})

it.each([
  ['', 'Invalid bulk query: Syntax Error'],
  ['{orders{edges{node{nope}}}}', 'Invalid bulk query: Cannot query field "nope"'],
  ['query($q:String){orders(query:$q){edges{node{id}}}}', 'cannot have variables'],
  ['mutation{bulkOperationCancel(id:"1"){userErrors{message}}}', 'Only `query` operations are supported'],
  ['{shop{id}}', 'at least one connection'],
  ['{node(id:"gid://shopify/Product/1"){id}}', 'cannot contain a top level `node` field'],
  ['{nodes(ids:[]){id}}', 'cannot contain a top level `nodes` field'],
  ['{products{nodes{id}}}', "Invalid connection fields: 'products'"],
  ['{products{edges{node{id}}} orders{edges{node{id}}}}', 'single top level field'],
  ['{products{edges{node{title variants{edges{node{id}}}}}}}', "Connection fields without 'id': products"],
  ['{products{edges{node{key:id variants{edges{node{id}}}}}}}', "Connection fields without 'id': products"],
  [
    '{orders{edges{node{id fulfillments{events(first:1){edges{node{id}}}}}}}}',
    'a connection field within a list field',
  ],
  [
    '{customers{edges{node{id orders{edges{node{id lineItems{edges{node{id variant{id product{id variants{edges{node{id}}}}}}}}}}}}}}}',
    'a nesting depth greater than 2',
  ],
  [
    `{products{edges{node{id ${['a', 'b', 'c', 'd', 'e'].map((key) => `${key}:variants{edges{node{id}}}`).join(' ')}}}}}`,
    'more than 5 connections',
  ],
  ['{orders{edges{node{id riskLevel}}}}', 'the sandbox does not model Order.riskLevel'],
])('refuses %s', (query, message) => {
  expect(messagesFor(query).join(' ')).toContain(message)
})
