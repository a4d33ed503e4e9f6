import type { BulkPayload, BulkUserError } from '../../bulk/bulk-payload.ts'
import type { BulkOperation } from '../../bulk/bulk-operation.ts'
import { pageOf, sortRecords } from '../connection.ts'
import type { SortOrder } from '../connection.ts'
import { notModelled } from '../errors.ts'
import { gid, idOf } from '../ids.ts'
import type { SearchTable } from '../search/fields.ts'
import { compileSearchIn } from '../search/search.ts'
import type { ListArguments } from './lists.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

const BULK_OPERATION = 'BulkOperation'

const SEARCH: SearchTable<BulkOperation> = {
  everywhere: () => [],
  fields: {
    id: { kind: 'id', get: (operation) => [operation.id] },
    created_at: { kind: 'time', get: (operation) => operation.createdAt },
    operation_type: { kind: 'keyword', get: () => ['query'] },
    status: { kind: 'keyword', get: (operation) => [operation.status] },
  },
}

const SORT_VALUES: Record<string, (operation: BulkOperation) => string> = {
  CREATED_AT: (operation) => operation.createdAt,
  COMPLETED_AT: (operation) => operation.completedAt ?? '',
}

/** The fields of the mutation root. */
export const bulkMutations = {
  ...fieldsOf<unknown, { query: string; groupObjects: boolean }>({
    bulkOperationRunQuery: (_, { query, groupObjects }, { bulk, scopes, apiKey }) =>
      bulk.run(query, groupObjects, { scopes, apiKey }),
  }),
  ...fieldsOf<unknown, { id: string }>({
    bulkOperationCancel: (_, { id }, { bulk }) => bulk.cancel(idOf(BULK_OPERATION, id)),
  }),
}

export const bulkResolvers: Resolvers = {
  BulkOperation: fieldsOf<BulkOperation>({
    id: (operation) => gid(BULK_OPERATION, operation.id),
    type: () => 'QUERY',
    query: (operation) => operation.query,
    status: (operation) => operation.status,
    errorCode: (operation) => operation.errorCode,
    createdAt: (operation) => operation.createdAt,
    completedAt: (operation) => operation.completedAt,
    objectCount: (operation) => String(operation.objectCount),
    rootObjectCount: (operation) => String(operation.rootObjectCount),
    fileSize: (operation) => (operation.fileSize === null ? null : String(operation.fileSize)),
    url: (operation) => operation.url,
    partialDataUrl: (operation) => operation.partialDataUrl,
  }),
  BulkOperationRunQueryPayload: payloadFields(),
  BulkOperationCancelPayload: payloadFields(),
  BulkOperationUserError: { ...userErrorFields(), ...fieldsOf<BulkUserError>({ code: (error) => error.code ?? null }) },
  UserError: userErrorFields(),
}

/** The fields of the query root, beside those of other kinds of records. */
export const bulkQueries = {
  ...fieldsOf<unknown, { id: string }>({
    bulkOperation: (_, { id }, { bulk }) => bulk.find(idOf(BULK_OPERATION, id)),
  }),
  ...fieldsOf<unknown, { type: 'QUERY' | 'MUTATION' }>({
    currentBulkOperation: (_, { type }, { bulk }) => (type === 'QUERY' ? (bulk.operations.at(-1) ?? null) : null),
  }),
  ...fieldsOf<unknown, ListArguments>({
    /** "Defaults to sorting by created_at, with newest operations first", which `reverse` turns round. */
    bulkOperations(_, args, scope, info) {
      const value = SORT_VALUES[args.sortKey ?? 'CREATED_AT']
      if (!value) throw notModelled(`the sort key ${args.sortKey} of ${BULK_OPERATION}`)
      const order: SortOrder<BulkOperation> = { name: args.sortKey ?? 'CREATED_AT', value, id: ({ id }) => id }
      const { passes, warnings } = compileSearchIn(SEARCH, info.fieldName, args.query, scope.store)
      if (warnings.length > 0) scope.searchReports.push({ path: [info.path.key], query: args.query ?? '', warnings })
      const ascending = sortRecords(
        scope.bulk.operations.filter((one) => passes?.(one) ?? true),
        order,
      )
      const reverse = !args.reverse
      return pageOf(reverse ? ascending.toReversed() : ascending, order, { ...args, reverse })
    },
  }),
}

function payloadFields() {
  return fieldsOf<BulkPayload>({
    bulkOperation: (payload) => payload.bulkOperation,
    userErrors: (payload) => payload.userErrors,
  })
}

function userErrorFields() {
  return fieldsOf<BulkUserError>({ field: (error) => error.field, message: (error) => error.message })
}
