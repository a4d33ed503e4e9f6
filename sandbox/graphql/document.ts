import { getOperationAST, getVariableValues, GraphQLError, Kind, parse, validate } from 'graphql'
import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { adminSchema } from './schema.ts'

export type CheckedDocument =
  { outcome: 'valid'; document: DocumentNode } | { outcome: 'invalid'; errors: readonly GraphQLError[] }

export type PreparedOperation =
  | { outcome: 'ready'; operation: OperationDefinitionNode; variables: Record<string, unknown> }
  | { outcome: 'invalid'; errors: readonly GraphQLError[] }

const MAX_REMEMBERED = 500
const remembered = new Map<string, CheckedDocument>()

/** Parses a document and validates it against Shopify's schema. Programs send the same few texts, so these are kept. */
export function checkDocument(text: string): CheckedDocument {
  const known = remembered.get(text)
  if (known) return known
  const checked = check(text)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(text, checked)
  return checked
}

function check(text: string): CheckedDocument {
  try {
    const document = parse(text)
    const errors = validate(adminSchema().schema, document)
    return errors.length > 0 ? { outcome: 'invalid', errors } : { outcome: 'valid', document }
  } catch (error) {
    if (error instanceof GraphQLError) return { outcome: 'invalid', errors: [error] }
    throw error
  }
}

/** Picks the operation and coerces its variables by the types that it declares. */
export function prepareOperation(
  document: DocumentNode,
  operationName: string | null,
  given: Record<string, unknown>,
): PreparedOperation {
  const operation = getOperationAST(document, operationName)
  if (!operation) {
    const names = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION).length
    const message = names > 1 ? 'An operation name is required' : `No operation named "${operationName ?? ''}"`
    return { outcome: 'invalid', errors: [new GraphQLError(message)] }
  }
  const { errors, coerced } = getVariableValues(adminSchema().schema, operation.variableDefinitions ?? [], given)
  return errors ? { outcome: 'invalid', errors } : { outcome: 'ready', operation, variables: coerced }
}
