import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  OperationTypeNode,
} from 'graphql'
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLNamedType,
  GraphQLOutputType,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql'
import { checkDocument } from '../graphql/document.ts'
import { isModelled } from '../graphql/execute.ts'
import { adminSchema } from '../graphql/schema.ts'

const MAX_CONNECTIONS = 5
/** Below the connection at the root: products, their variants, their metafields is the deepest that is allowed. */
const MAX_NESTING = 2

/** Where in a node there are connections, by response key: right in it, or in an object that it holds. */
export interface NodeShape {
  connections: Map<string, NodeShape>
  objects: Map<string, NodeShape>
}

export interface BulkQuery {
  document: DocumentNode
  /** The response key of the connection at the root. */
  rootKey: string
  /** Of the nodes at the root. */
  shape: NodeShape
}

export type CheckedBulkQuery = { outcome: 'valid'; query: BulkQuery } | { outcome: 'invalid'; messages: string[] }

/**
 * Reads the query of a bulk operation and holds it to what Shopify restricts it to
 * (https://shopify.dev/docs/api/usage/bulk-operations/queries#operation-restrictions; the wording of most messages is
 * as Shopify answers). What the sandbox does not model is refused here, rather than in the course of the operation.
 */
export function checkBulkQuery(text: string): CheckedBulkQuery {
  const checked = checkDocument(text)
  if (checked.outcome === 'invalid') {
    const [first] = checked.errors
    return refused([`Invalid bulk query: ${first?.message ?? 'it cannot be read'}`])
  }
  const { document } = checked
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  if (!operation || operations.length > 1)
    return refused(['Invalid bulk query: there has to be exactly one operation.'])
  if (operation.operation !== OperationTypeNode.QUERY)
    return refused(['Invalid operation type. Only `query` operations are supported.'])
  if (operation.variableDefinitions?.length) return refused(['Invalid bulk query: a bulk query cannot have variables.'])
  return new Inspector(document).inspect(operation)
}

/** What is around a selection. `owner`: the field of the connection that the selection is of a node of. */
interface Surroundings {
  nesting: number
  inList: boolean
  owner: string | null
}

class Inspector {
  readonly #document: DocumentNode
  readonly #fragments: Map<string, FragmentDefinitionNode>
  readonly #withoutEdges = new Set<string>()
  readonly #withoutId = new Set<string>()
  readonly #notNodes = new Set<string>()
  readonly #notModelled = new Set<string>()
  #connections = 0
  #nesting = 0
  #withinList = false

  constructor(document: DocumentNode) {
    this.#document = document
    this.#fragments = new Map(
      document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    )
  }

  inspect(operation: OperationDefinitionNode): CheckedBulkQuery {
    const root = adminSchema().schema.getQueryType()
    if (!root) throw new Error('the schema has no queries')
    const shape = this.#shapeOf(root, [operation.selectionSet], { nesting: -1, inList: false, owner: null })
    const fields = this.#fieldsOf(root, [operation.selectionSet])
    const messages = this.#messages(fields)
    const [first] = shape.connections
    if (messages.length === 0 && (fields.size > 1 || !first))
      messages.push('Bulk queries can only have a connection as their single top level field.')
    if (messages.length > 0 || !first) return refused(messages)
    return { outcome: 'valid', query: { document: this.#document, rootKey: first[0], shape: first[1] } }
  }

  #messages(rootFields: ReadonlyMap<string, FieldNode[]>): string[] {
    const messages: string[] = []
    const [example] = this.#withoutEdges
    if (example)
      messages.push(
        "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: " +
          `'${example} { edges { node {'. Selecting via 'nodes' is not supported. ` +
          `Invalid connection fields: '${[...this.#withoutEdges].join("', '")}'.`,
      )
    for (const [{ name } = { name: { value: '' } }] of rootFields.values())
      if (name.value === 'node' || name.value === 'nodes')
        messages.push(`Bulk queries cannot contain a top level \`${name.value}\` field.`)
    if (this.#nesting > MAX_NESTING)
      messages.push(`Bulk queries cannot contain connections with a nesting depth greater than ${MAX_NESTING}.`)
    if (this.#connections > MAX_CONNECTIONS)
      messages.push(`Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.`)
    if (this.#withoutId.size > 0)
      messages.push(
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of " +
          `'ID' return type. Connection fields without 'id': ${[...this.#withoutId].join(', ')}.`,
      )
    if (this.#withinList)
      messages.push('Queries that contain a connection field within a list field are not currently supported.')
    for (const name of this.#notNodes)
      messages.push(`The connection '${name}' must return objects that implement the 'Node' interface.`)
    if (this.#connections === 0) messages.push('Bulk queries must contain at least one connection.')
    if (messages.length === 0) for (const what of this.#notModelled) messages.push(`the sandbox does not model ${what}`)
    return messages
  }

  #shapeOf(type: GraphQLNamedType, sets: readonly SelectionSetNode[], around: Surroundings): NodeShape {
    const shape: NodeShape = { connections: new Map(), objects: new Map() }
    const fields = this.#fieldsOf(type, sets)
    for (const [key, nodes] of fields) {
      const [node] = nodes
      const output = node && outputOf(type, node.name.value)
      if (!node || !output) continue
      if (isObjectType(type) && !isModelled(type.name, node.name.value))
        this.#notModelled.add(`${type.name}.${node.name.value}`)
      const named = getNamedType(output)
      if (!isCompositeType(named)) continue
      const inner = selectionsOf(nodes)
      if (named.name.endsWith('Connection')) {
        if (around.owner && !this.#selectsId(fields)) this.#withoutId.add(around.owner)
        shape.connections.set(key, this.#connection(node.name.value, named, inner, around))
        continue
      }
      const inList = around.inList || isListType(getNullableType(output))
      // A connection inside an object, such as an order's customer, still belongs to the node that the object is in.
      const object = this.#shapeOf(named, inner, { ...around, inList, owner: null })
      if (object.connections.size + object.objects.size === 0) continue
      if (around.owner && !this.#selectsId(fields)) this.#withoutId.add(around.owner)
      shape.objects.set(key, object)
    }
    return shape
  }

  #connection(
    name: string,
    type: GraphQLNamedType,
    sets: readonly SelectionSetNode[],
    around: Surroundings,
  ): NodeShape {
    const nesting = around.nesting + 1
    this.#connections++
    this.#nesting = Math.max(this.#nesting, nesting)
    if (around.inList) this.#withinList = true
    const fields = this.#fieldsOf(type, sets)
    const edges = namedPlainly(fields, 'edges')
    const edgeType = getNamedType(outputOf(type, 'edges'))
    const nodes = edges && edgeType ? namedPlainly(this.#fieldsOf(edgeType, selectionsOf(edges)), 'node') : undefined
    const nodeType = edgeType && getNamedType(outputOf(edgeType, 'node'))
    if (!nodes || !nodeType || [...fields.values()].some(([field]) => field?.name.value === 'nodes')) {
      this.#withoutEdges.add(name)
      return { connections: new Map(), objects: new Map() }
    }
    const interfaces = isObjectType(nodeType) || isInterfaceType(nodeType) ? nodeType.getInterfaces() : []
    if (!interfaces.some((one) => one.name === 'Node')) this.#notNodes.add(name)
    return this.#shapeOf(nodeType, selectionsOf(nodes), { nesting, inList: false, owner: name })
  }

  #selectsId(fields: ReadonlyMap<string, FieldNode[]>): boolean {
    return fields.get('id')?.[0]?.name.value === 'id'
  }

  /** All fields that are selected, by response key; whatever type their fragments are for. */
  #fieldsOf(type: GraphQLNamedType, sets: readonly SelectionSetNode[], into = new Map<string, FieldNode[]>()) {
    for (const { selections } of sets)
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value
          into.set(key, [...(into.get(key) ?? []), selection])
          continue
        }
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value)
        if (fragment) this.#fieldsOf(type, [fragment.selectionSet], into)
      }
    return into
  }
}

function outputOf(type: GraphQLNamedType, fieldName: string): GraphQLOutputType | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName]?.type : undefined
}

function selectionsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
}

function namedPlainly(fields: ReadonlyMap<string, FieldNode[]>, name: string): FieldNode[] | undefined {
  const nodes = fields.get(name)
  return nodes?.[0]?.name.value === name ? nodes : undefined
}

function refused(messages: string[]): CheckedBulkQuery {
  return { outcome: 'invalid', messages }
}
