/** What is written about a delivery, before anything is tried. */
import { withoutPerson } from '../compliance/personal-columns'
import { BODY_REFUSED, type Delivery, type DeliveryState } from './delivery'
import type { Meaning } from './read-meaning'

/** `postponed` and `given-up` come after a failure: see accept-batch.server.ts. */
export type Standing =
  | Meaning
  | { meaning: 'postponed'; reason: string }
  /** PostgreSQL cannot hold the body. */
  | { meaning: 'given-up'; reason: string }

export interface Decision {
  state: DeliveryState
  attempts: number
  error: string | null
  payload: string | null
  /** To be done with the copy, in the same transaction. */
  toApply: Meaning | null
}

export interface Circumstances {
  isInstalled: boolean
  /** Somebody whom the delivery concerns has been erased by customers/redact. */
  isErased: boolean
  /** Why it is not to be applied now though it could be, or null. */
  queuedFor: string | null
}

/** Null when nothing may be kept of what cannot be applied now: Shopify has to send it again. */
export function decide(delivery: Delivery, standing: Standing, circumstances: Circumstances): Decision | null {
  const { isInstalled, isErased, queuedFor } = circumstances
  const base = { toApply: null, error: null, payload: null }
  if (!isInstalled) return { ...base, state: 'ignored', attempts: 0, error: 'the shop does not have the app installed' }
  if (isErased) return aboutErased(standing)
  switch (standing.meaning) {
    case 'upsert':
    case 'delete':
      return queuedFor === null
        ? { ...base, state: 'applied', attempts: 1, payload: delivery.storable, toApply: standing }
        : { ...base, state: 'pending', attempts: 0, error: queuedFor, payload: delivery.storable }
    case 'signal':
      return { ...base, state: 'pending', attempts: 0, error: standing.reason, payload: delivery.storable }
    case 'unreadable':
    case 'postponed':
      return { ...base, state: 'pending', attempts: 1, error: standing.reason, payload: delivery.storable }
    case 'given-up':
      return { ...base, state: 'dead', attempts: 1, error: standing.reason + BODY_REFUSED }
    case 'unknown':
      // Without its body: what nothing here can use is not kept, since nothing here could find a person in it either.
      return { ...base, state: 'ignored', attempts: 0, error: 'no resource listens to this topic' }
  }
}

/**
 * A late delivery must not bring back a person who was erased, neither to the copy nor as a stored body. An order is
 * applied without the person, or waits to be read, with nothing but its ids. The customer's own tombstone stays as it is: by it
 * the person is known to be erased.
 */
function aboutErased(standing: Standing): Decision | null {
  const base = { attempts: 1, error: 'without the person, who has been erased', payload: null, toApply: null }
  if (standing.meaning === 'postponed') return null
  if (standing.meaning === 'signal' && standing.ids !== undefined) {
    return { ...base, state: 'pending', attempts: 0, payload: JSON.stringify(standing.ids) }
  }
  if (standing.meaning === 'unreadable') {
    return { ...base, state: 'ignored', error: `${standing.reason}; not kept, for the person has been erased` }
  }
  if (standing.meaning !== 'upsert' && standing.meaning !== 'delete') return { ...base, state: 'ignored' }
  if (standing.resource.name === 'customers') return { ...base, state: 'applied' }
  if (standing.meaning === 'delete') return { ...base, state: 'applied', toApply: standing }
  const record = withoutPerson(standing.resource.name, standing.record)
  return { ...base, state: 'applied', toApply: { ...standing, record } }
}
