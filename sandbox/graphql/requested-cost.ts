import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
} from 'graphql'
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql'
import { CONNECTION_COST, fieldCharge, MUTATION_COST, OBJECT_COST } from './field-cost.ts'

/**
 * The points that the operation would cost if every page came back full: what the bucket has to hold before it runs.
 * `variables` must have been coerced. The document must be valid.
 */
export function requestedCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )
  const root = schema.getRootType(operation.operation)
  if (!root) return 0
  return new CostReader(schema, fragments, variables).selections(root, [operation.selectionSet], 1)
}

class CostReader {
  readonly #schema: GraphQLSchema
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly #variables: Record<string, unknown>

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Record<string, unknown>,
  ) {
    this.#schema = schema
    this.#fragments = fragments
    this.#variables = variables
  }

  /** Of an interface or a union, the dearest of the types that the fragments speak of. */
  selections(type: GraphQLNamedType, sets: readonly SelectionSetNode[], pageSize: number): number {
    const candidates = isAbstractType(type)
      ? [type, ...this.#schema.getPossibleTypes(type).filter(this.#named(sets))]
      : [type]
    return Math.max(...candidates.map((candidate) => this.#fields(candidate, sets, pageSize)))
  }

  #fields(type: GraphQLNamedType, sets: readonly SelectionSetNode[], pageSize: number): number {
    const fields = new Map<string, FieldNode[]>()
    for (const set of sets) this.#collect(type, set, fields)
    let total = 0
    for (const nodes of fields.values()) total += this.#field(type, nodes, pageSize)
    return total
  }

  #field(type: GraphQLNamedType, nodes: readonly FieldNode[], pageSize: number): number {
    const [node] = nodes
    const field = node && (isObjectType(type) || isInterfaceType(type)) ? type.getFields()[node.name.value] : undefined
    if (!node || !field) return 0
    const named = getNamedType(field.type)
    const sets = nodes.flatMap((one) => (one.selectionSet ? [one.selectionSet] : []))
    const charge = type.name === 'Mutation' ? 'mutation' : fieldCharge(type.name, field.name, field.type)
    switch (charge) {
      case 'nothing':
        return sets.length > 0 ? this.selections(named, sets, pageSize) * (field.name === 'edges' ? pageSize : 1) : 0
      case 'mutation':
        return MUTATION_COST + this.selections(named, sets, 1)
      case 'object':
        return OBJECT_COST + this.selections(named, sets, 1)
      case 'connection':
        return CONNECTION_COST + this.selections(named, sets, this.#length(field, node) ?? 0)
      case 'list': {
        const length =
          field.name === 'nodes' && type.name.endsWith('Connection') ? pageSize : (this.#length(field, node) ?? 1)
        return length * (OBJECT_COST + this.selections(named, sets, 1))
      }
    }
  }

  #length(field: GraphQLField<unknown, unknown>, node: FieldNode): number | null {
    const { first, last, ids } = getArgumentValues(field, node, this.#variables)
    if (typeof first === 'number') return Math.max(0, first)
    if (typeof last === 'number') return Math.max(0, last)
    return Array.isArray(ids) ? ids.length : null
  }

  #collect(type: GraphQLNamedType, set: SelectionSetNode, into: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      if (this.#isSkipped(selection)) continue
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const same = into.get(key)
        if (same) same.push(selection)
        else into.set(key, [selection])
        continue
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)
      if (fragment && this.#applies(fragment.typeCondition?.name.value, type))
        this.#collect(type, fragment.selectionSet, into)
    }
  }

  #isSkipped(selection: SelectionSetNode['selections'][number]): boolean {
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, this.#variables)?.['if'] === true ||
      getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables)?.['if'] === false
    )
  }

  #applies(condition: string | undefined, type: GraphQLNamedType): boolean {
    if (!condition || condition === type.name) return true
    const conditionType = this.#schema.getType(condition)
    return isAbstractType(conditionType) && isObjectType(type) && this.#schema.isSubType(conditionType, type)
  }

  #named(sets: readonly SelectionSetNode[]): (type: GraphQLNamedType) => boolean {
    const names = new Set<string>()
    const visit = (set: SelectionSetNode) => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) continue
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)
        if (fragment?.typeCondition) names.add(fragment.typeCondition.name.value)
        if (fragment) visit(fragment.selectionSet)
      }
    }
    sets.forEach(visit)
    return (type) => names.has(type.name)
  }
}
