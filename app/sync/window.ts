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

/**
 * The search filter for reading: without an upper bound, because a record that is updated while the run goes on moves to
 * the end of the list, where it is read again instead of being missed.
 */
export function readFilter({ from }: Pick<Window, 'from'>): string | null {
  return from === null ? null : `updated_at:>='${seconds(from)}'`
}

/** The filter for counting what the window holds: only down from `to` where the API's filter is exact to the second. */
export function countFilter(resource: Resource, window: Window): string | null {
  if (resource.filterPrecision === 'day') return readFilter(window)
  return [readFilter(window), `updated_at:<'${seconds(window.to)}'`].filter((part) => part !== null).join(' ')
}

/** The filter is a hint: the bounds are applied again to what came back. */
export function isBeforeWindow(window: Window, updatedAt: string): boolean {
  return window.from !== null && Date.parse(updatedAt) < Date.parse(window.from)
}

export function isAfterWindow(window: Window, updatedAt: string): boolean {
  return Date.parse(updatedAt) >= Date.parse(window.to)
}
