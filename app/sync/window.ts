/** Which part of a resource a run reads: the half-open window [from, to) of `updated_at`, on Shopify's clock. */
import type { Resource } from '../resources/resource'
import type { Instant } from './ports'

export type Mode = 'backfill' | 'incremental'

export interface Window {
  mode: Mode
  /** Null: from the beginning. */
  from: Instant | null
  /** Everything updated before it will be stored; what comes later is stored too, and read again by the next run. */
  to: Instant
  /** The window ends before the run began: the rest is for the next run. */
  isSplit?: boolean
}

/**
 * @param watermark where the copy stands, or null before the first copy
 * @param nowAtShopify the start of the run: a watermark never goes beyond it
 */
export function windowFor(resource: Resource, watermark: Date | null, nowAtShopify: Instant, force: boolean): Window {
  // Shopify's updatedAt has whole seconds: the second that is going on may still bring more.
  const to = new Date(Math.floor(Date.parse(nowAtShopify) / 1000) * 1000)
  if (watermark === null || force) return { mode: 'backfill', from: null, to: to.toISOString() }
  return { mode: 'incremental', from: windowStart(resource, watermark, force), to: to.toISOString() }
}

/** The lower bound, which is known before anything was asked. Null: from the beginning. */
export function windowStart(resource: Resource, watermark: Date | null, force: boolean): Instant | null {
  if (watermark === null || force) return null
  return new Date(watermark.getTime() - resource.lookbackMinutes * 60_000).toISOString()
}

const seconds = (instant: Instant) => instant.replace(/\.\d+/, '')

const since = (from: Instant | null) => (from === null ? null : `updated_at:>='${seconds(from)}'`)

const both = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(' ') || null

/**
 * The search filter for reading: without an upper bound, because a record that is updated while the run goes on moves to
 * the end of the list, where it is read again instead of being missed. Of a window that was split it is left to the next run.
 */
export function readFilter(
  resource: Resource,
  window: Pick<Window, 'from' | 'isSplit'> & { to?: Instant },
): string | null {
  return both(since(window.from), window.isSplit && window.to !== undefined ? until(resource, window.to) : null)
}

/** The filter for counting what the window holds: only down from `to` where the API's filter is exact to the second. */
export function countFilter(resource: Resource, window: Window): string | null {
  if (resource.filterPrecision === 'day' && !window.isSplit) return since(window.from)
  return both(since(window.from), until(resource, window.to))
}

/** Where the filter knows only days, the whole day of `to`: what lies behind `to` is told from what lies before it by its date. */
const until = ({ filterPrecision }: Resource, to: Instant) =>
  `updated_at:${filterPrecision === 'day' ? '<=' : '<'}'${seconds(to)}'`

/** The filter is a hint: the bounds are applied again to what came back. */
export function isBeforeWindow(window: Window, updatedAt: string): boolean {
  return window.from !== null && Date.parse(updatedAt) < Date.parse(window.from)
}

export function isAfterWindow(window: Window, updatedAt: string): boolean {
  return Date.parse(updatedAt) >= Date.parse(window.to)
}
