/**
 * Events of the shop's history that say which records were destroyed; they are kept for a year
 * (https://shopify.dev/docs/api/admin-graphql/latest/queries/events).
 */

/** `$first: Int!, $after: String, $query: String` → `page: Connection` of `{ subjectId }`, oldest first. */
export const deletionEvents = `query DeletionEvents($first: Int!, $after: String, $query: String) {
  page: events(first: $first, after: $after, query: $query, sortKey: CREATED_AT) {
    nodes { id ... on BasicEvent { subjectId } }
    pageInfo { hasNextPage endCursor }
  }
}`

/** The search for those of one type since an instant, ISO 8601. */
export const deletionsSince = (subjectType: string, since: string) =>
  `action:destroy subject_type:${subjectType} comments:false created_at:>='${since.replace(/\.\d+/, '')}'`
