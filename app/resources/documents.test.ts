/** Each GraphQL document is checked against Shopify's own Admin schema, so that one it would refuse fails here. */
import { type DocumentNode, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql'
import { describe, expect, it } from 'vitest'
import { adminSchema } from '../../sandbox/graphql/schema.ts'
import { subscriptionDocuments } from '../shopify/webhook-subscription-documents'
import { deletionEvents } from './deletion-events'
import { pulledResources } from './registry'

const { schema, requiredAccess, searchFields } = adminSchema()
const SCOPES = ['read_customers', 'read_orders', 'read_products']

const ofEachResource = Object.values(pulledResources).flatMap((resource) => [
  ...Object.entries(resource.documents).map(([name, text]) => ({ name: `${resource.name} ${name}`, text })),
  ...[null, "updated_at:>='2026-11-24T00:00:00Z'"].flatMap((filter) => {
    const text = resource.bulk?.query(filter)
    return text === undefined ? [] : [{ name: `${resource.name} bulk, ${filter ?? 'everything'}`, text }]
  }),
  ...resource.nestedLists.map(({ field, document }) => ({ name: `${resource.name} ${field}`, text: document })),
])

const ofSubscriptions = Object.entries(subscriptionDocuments).map(([name, text]) => ({
  name: `webhook subscriptions ${name}`,
  text,
}))

const documents = [...ofEachResource, ...ofSubscriptions, { name: 'deletions', text: deletionEvents }]

/** `Type.field` of all that the document selects. */
function fieldsOf(document: DocumentNode): { type: string; field: string; deprecated: string | undefined }[] {
  const types = new TypeInfo(schema)
  const fields: ReturnType<typeof fieldsOf> = []
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const type = types.getParentType()?.name ?? ''
        const field = types.getFieldDef()
        if (field) fields.push({ type, field: field.name, deprecated: field.deprecationReason ?? undefined })
      },
    }),
  )
  return fields
}

describe.each(documents)('$name', ({ text }) => {
  const document = parse(text)

  it("is valid in Shopify's schema", () => {
    expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  })

  it('asks for nothing that Shopify is about to remove', () => {
    expect(fieldsOf(document).filter(({ deprecated }) => deprecated !== undefined)).toEqual([])
  })

  it('asks for nothing beyond the scopes of the app', () => {
    const demands = fieldsOf(document).map(({ type, field }) => requiredAccess(type, field) ?? '')
    const named = demands.filter(
      (demand) => demand.includes('read_') && !SCOPES.some((scope) => demand.includes(scope)),
    )
    expect(named).toEqual([])
  })
})

it('what the engine relies on is in every page: the id, when it was created and updated, and where the list goes on', () => {
  for (const { documents: each, window } of Object.values(pulledResources)) {
    for (const text of [each.open, each.page]) expect(text).toContain(`sortKey: ${window.sortKey})`)
    expect(each.pageByCreation).toContain('sortKey: CREATED_AT)')
    for (const text of [each.page, each.pageByCreation, each.nodes]) {
      const names = fieldsOf(parse(text)).map(({ field }) => field)
      expect(names).toEqual(expect.arrayContaining(['id', 'createdAt', 'updatedAt']))
    }
    expect(each.page).toMatch(/pageInfo \{ hasNextPage endCursor \}/)
    expect(each.count).toMatch(/limit: null/)
  }
})

it('the filters for the creation are those that Shopify documents for the list and for its count', () => {
  for (const { documents: each, creation } of Object.values(pulledResources)) {
    const fields = (text: string) =>
      fieldsOf(parse(text)).find(({ type }) => type === schema.getQueryType()?.name)!.field
    expect(searchFields(fields(each.pageByCreation))).toContain(creation.listed)
    expect(searchFields(fields(each.count))).toContain(creation.counted)
  }
})
