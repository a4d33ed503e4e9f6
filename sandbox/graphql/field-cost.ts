import { getNamedType, getNullableType, isCompositeType, isListType } from 'graphql'
import type { GraphQLOutputType } from 'graphql'

/**
 * How a field is charged. Scalars and enums cost nothing, an object 1, a connection 2 and its children as often as the
 * page is long; its `edges` and `pageInfo` are part of it. (https://shopify.dev/docs/api/usage/limits gives the rates
 * but not the formula for connections; this one is the published one of earlier years, and the dearest known.)
 */
export type FieldCharge = 'nothing' | 'object' | 'list' | 'connection'

export const CONNECTION_COST = 2
export const OBJECT_COST = 1
export const MUTATION_COST = 10

const charges = new Map<string, FieldCharge>()

/** The charge for one field of a type. Remembered, because it is asked for each field of each record. */
export function fieldCharge(typeName: string, fieldName: string, returnType: GraphQLOutputType): FieldCharge {
  const key = `${typeName}.${fieldName}`
  const known = charges.get(key)
  if (known) return known
  const charge = classify(typeName, fieldName, returnType)
  charges.set(key, charge)
  return charge
}

function classify(typeName: string, fieldName: string, returnType: GraphQLOutputType): FieldCharge {
  const named = getNamedType(returnType)
  if (!isCompositeType(named)) return 'nothing'
  if (typeName.endsWith('Connection') && (fieldName === 'edges' || fieldName === 'pageInfo')) return 'nothing'
  if (named.name.endsWith('Connection')) return 'connection'
  return isListType(getNullableType(returnType)) ? 'list' : 'object'
}
