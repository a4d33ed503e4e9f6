import type { EventRecord } from '../../model.ts'
import { pageOf, sortRecords } from '../connection.ts'
import type { SortOrder } from '../connection.ts'
import { notModelled } from '../errors.ts'
import { gid } from '../ids.ts'
import type { SearchTable } from '../search/fields.ts'
import { compileSearchIn } from '../search/search.ts'
import type { ListArguments } from './lists.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

/** "Event data is retained for 1 year": the documentation of the argument `query`. */
const RETENTION_MS = 365 * 86_400_000

/** As a global id names it. */
const SUBJECTS: Record<EventRecord['subjectType'], string> = { PRODUCT: 'Product' }

const SEARCH: SearchTable<EventRecord> = {
  everywhere: (event) => [event.message],
  fields: {
    id: { kind: 'id', get: (event) => [event.id] },
    action: { kind: 'keyword', get: (event) => [event.action] },
    // There are no comments, with which a search might also be content.
    comments: { kind: 'words', words: { true: () => true, false: () => true } },
    created_at: { kind: 'time', get: (event) => event.createdAt },
    subject_type: { kind: 'keyword', get: (event) => [event.subjectType] },
  },
}

const SORT_VALUES: Record<string, (event: EventRecord) => string> = {
  ID: () => '',
  CREATED_AT: (event) => event.createdAt,
}

export const eventResolvers: Resolvers = {
  BasicEvent: fieldsOf<EventRecord>({
    id: (event) => gid('BasicEvent', event.id),
    action: (event) => event.action,
    subjectId: (event) => gid(SUBJECTS[event.subjectType], event.subjectId),
    subjectType: (event) => event.subjectType,
    // What was destroyed is no more.
    subject: () => null,
    message: (event) => event.message,
    createdAt: (event) => event.createdAt,
    appTitle: () => null,
    attributeToApp: () => false,
    attributeToUser: () => true,
    criticalAlert: () => false,
  }),
}

/** The fields of the query root, beside those of other kinds of records. */
export const eventQueries = fieldsOf<unknown, ListArguments>({
  /** "Events might not be created until a few seconds after the action occurs": they lag as searches do. */
  events(_, args, scope, info) {
    const name = args.sortKey ?? 'ID'
    const value = SORT_VALUES[name]
    if (!value) throw notModelled(`the sort key ${name} of Event`)
    const { store } = scope.searched ?? scope
    const order: SortOrder<EventRecord> = { name, value, id: ({ id }) => id }
    const { passes, warnings } = compileSearchIn(SEARCH, info.fieldName, args.query, store)
    if (warnings.length > 0) scope.searchReports.push({ path: [info.path.key], query: args.query ?? '', warnings })
    const sinceMs = store.now() - RETENTION_MS
    const found = [...store.events.values()].filter((one) => Date.parse(one.createdAt) >= sinceMs)
    const sorted = sortRecords(
      found.filter((one) => passes?.(one) ?? true),
      order,
    )
    return pageOf(args.reverse ? sorted.toReversed() : sorted, order, args)
  },
})

/** Tells an event from the other records that are found by an id. */
export function isEvent(record: object): record is EventRecord {
  return 'subjectType' in record
}
