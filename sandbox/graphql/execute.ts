import { defaultTypeResolver, execute } from 'graphql'
import type { DocumentNode, ExecutionResult, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql'
import type { ConnectionArguments, Page } from './connection.ts'
import { accessDenied, holdsAccess, notApproved, notModelled } from './errors.ts'
import { CONNECTION_COST, fieldCharge, MUTATION_COST, OBJECT_COST } from './field-cost.ts'
import type { FieldCharge } from './field-cost.ts'
import { addressResolvers } from './resolvers/addresses.ts'
import { bulkMutations, bulkResolvers } from './resolvers/bulk-operations.ts'
import { eventResolvers } from './resolvers/events.ts'
import { checkoutResolvers } from './resolvers/checkouts.ts'
import { customerResolvers } from './resolvers/customers.ts'
import { listResolvers } from './resolvers/lists.ts'
import { orderResolvers } from './resolvers/orders.ts'
import { productResolvers } from './resolvers/products.ts'
import { nodeTypeName, queryResolvers } from './resolvers/query.ts'
import type { RequestScope, Resolvers, WholeRead } from './resolvers/resolver.ts'
import { shopResolvers } from './resolvers/shop.ts'
import { subscriptionMutations, subscriptionResolvers } from './resolvers/webhook-subscriptions.ts'
import { adminSchema } from './schema.ts'

const RESOLVERS: Resolvers = {
  ...queryResolvers,
  ...productResolvers,
  ...customerResolvers,
  ...checkoutResolvers,
  ...orderResolvers,
  ...addressResolvers,
  ...shopResolvers,
  ...listResolvers,
  ...bulkResolvers,
  ...eventResolvers,
  ...subscriptionResolvers,
  Mutation: { ...bulkMutations, ...subscriptionMutations },
}

/** Whether the sandbox knows the field of an object type. */
export function isModelled(typeName: string, fieldName: string): boolean {
  return fieldName.startsWith('__') || RESOLVERS[typeName]?.[fieldName] !== undefined
}

/** Runs a valid operation against the shop and counts its actual cost into `scope`. Always synchronous. */
export function executeOperation(
  document: DocumentNode,
  variables: Record<string, unknown>,
  operationName: string | null,
  scope: RequestScope,
): ExecutionResult {
  return execute({
    schema: adminSchema().schema,
    document,
    variableValues: variables,
    operationName,
    contextValue: scope,
    fieldResolver: resolveField,
    typeResolver(value, context: RequestScope, info, type) {
      if (type.name === 'Event') return 'BasicEvent'
      if (type.name === 'Node') return nodeTypeName(value, context.store)
      return defaultTypeResolver(value, context, info, type)
    },
  }) as ExecutionResult
}

/** What there is to know about a field of the schema, looked up once. */
interface FieldPlan {
  coordinate: string
  resolver: LooseResolver | undefined
  requiredAccess: string | null
  charge: FieldCharge | 'mutation'
}

/** A resolver without the types of its own table, which the schema guarantees. */
type LooseResolver = (...given: [unknown, unknown, RequestScope, GraphQLResolveInfo]) => unknown

const plans = new Map<string, FieldPlan>()

function planOf(info: GraphQLResolveInfo): FieldPlan {
  const typeName = info.parentType.name
  const coordinate = `${typeName}.${info.fieldName}`
  const known = plans.get(coordinate)
  if (known) return known
  const plan: FieldPlan = {
    coordinate,
    resolver: RESOLVERS[typeName]?.[info.fieldName] as LooseResolver | undefined,
    requiredAccess: adminSchema().requiredAccess(typeName, info.fieldName),
    charge: typeName === 'Mutation' ? 'mutation' : fieldCharge(typeName, info.fieldName, info.returnType),
  }
  plans.set(coordinate, plan)
  return plan
}

const resolveField: GraphQLFieldResolver<unknown, RequestScope> = (source, args, scope, info) => {
  const { coordinate, resolver, requiredAccess, charge } = planOf(info)
  if (!resolver) throw notModelled(coordinate)
  if (requiredAccess && !holdsAccess(requiredAccess, scope.scopes)) throw accessDenied(info.fieldName, requiredAccess)
  if (scope.withheld.has(coordinate)) throw notApproved(info.fieldName)
  const { whole } = scope
  const value =
    whole && charge === 'connection'
      ? readWhole(resolver, source, args as ConnectionArguments, scope, info, whole)
      : resolver(source, args, scope, info)
  if (value === undefined) throw notModelled(`${coordinate} of this record`)
  scope.actualCost += pointsFor(charge, value)
  return value
}

/** A connection in a bulk operation. */
function readWhole(
  resolver: LooseResolver,
  source: unknown,
  { first: _first, last: _last, after: _after, before: _before, ...args }: ConnectionArguments,
  scope: RequestScope,
  info: GraphQLResolveInfo,
  whole: WholeRead,
): unknown {
  if (info.path.prev) return resolver(source, { ...args, all: true }, scope, info)
  const page = resolver(source, { ...args, first: whole.size, after: whole.after }, scope, info) as Page<unknown>
  whole.more = page.hasNextPage
  whole.after = page.endCursor()
  return page
}

/** An object costs its point even when there is none: that is what Shopify charges for a null. */
function pointsFor(charge: FieldPlan['charge'], value: unknown): number {
  switch (charge) {
    case 'nothing':
      return 0
    case 'mutation':
      return MUTATION_COST
    case 'connection':
      return CONNECTION_COST
    case 'list':
      return Array.isArray(value) ? value.length * OBJECT_COST : 0
    case 'object':
      return OBJECT_COST
  }
}
