/** Which part of a resource a run reads: records whose `updated_at`, or `created_at`, lies in the half-open [from, to). */
import type { Resource, SourceNode } from '../resources/resource'
import type { Instant } from './ports'

export type Mode = 'backfill' | 'incremental'

/** Records by one of their times, on Shopify's clock. Null: without that bound. */
export interface Span {
  by: 'updated_at' | 'created_at'
  from: Instant | null
  to: Instant | null
}

/** What somebody asks to have read again: the records that were created in [from, to), which need not be over yet. */
export interface Range {
  from: Instant
  to: Instant
}

export interface Window extends Span {
  mode: Mode
  /**
   * Of `updated_at`: everything updated before it will be stored; what comes later is stored too, and read again by the
   * next run.
   */
  to: Instant
  /** The window ends before the run began: the rest is for the next run. */
  isSplit?: boolean
}

/** Shopify's times have whole seconds: the second that is going on may still bring more. */
const wholeSecond = (instant: Instant) => new Date(Math.floor(Date.parse(instant) / 1000) * 1000).toISOString()

/**
 * @param watermark where the copy stands, or null before the first copy
 * @param nowAtShopify the start of the run: a watermark never goes beyond it
 */
export function windowFor(resource: Resource, watermark: Date | null, nowAtShopify: Instant, force: boolean): Window {
  const to = wholeSecond(nowAtShopify)
  if (watermark === null || force) return { mode: 'backfill', by: 'updated_at', from: null, to }
  return { mode: 'incremental', by: 'updated_at', from: windowStart(resource, watermark, force), to }
}

/** The lower bound, which is known before anything was asked. Null: from the beginning. */
export function windowStart(resource: Resource, watermark: Date | null, force: boolean): Instant | null {
  if (watermark === null || force) return null
  return new Date(watermark.getTime() - resource.lookbackMinutes * 60_000).toISOString()
}

/** The window of a range ends where the run begins: what is created later is not read again but for the first time. */
export const windowOfRange = (range: Range, nowAtShopify: Instant): Window => ({
  mode: 'backfill',
  ...settledPart({ by: 'created_at', ...range }, nowAtShopify),
})

/** The part of a span that nothing more can come into: its records can only leave it, by a deletion or an update. */
export function settledPart(span: Span, nowAtShopify: Instant): Span & { to: Instant } {
  const now = wholeSecond(nowAtShopify)
  const end = span.to === null || Date.parse(span.to) > Date.parse(now) ? now : span.to
  const isEmpty = span.from !== null && Date.parse(span.from) > Date.parse(end)
  return { ...span, to: isEmpty ? span.from! : end }
}

const seconds = (instant: Instant) => instant.replace(/\.\d+/, '')

const since = (field: string, from: Instant | null) => (from === null ? null : `${field}:>='${seconds(from)}'`)

const until = (field: string, to: Instant | null) => (to === null ? null : `${field}:<'${seconds(to)}'`)

const both = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(' ') || null

const createdWithin = (field: string, { from, to }: Span) => both(since(field, from), until(field, to))

/** Where the filter knows only days, the whole day of `to`: what lies behind `to` is told from what lies before it by its date. */
const updatedUntil = ({ filterPrecision }: Resource, to: Instant | null) =>
  filterPrecision === 'day' && to !== null ? `updated_at:<='${seconds(to)}'` : until('updated_at', to)

/**
 * The search filter for reading. By `updated_at` without an upper bound, because a record that is updated while the run
 * goes on moves to the end of the list, where it is read again instead of being missed. Of a window that was split it is left to
 * the next run.
 */
export function listFilter(resource: Resource, span: Span & Pick<Window, 'isSplit'>): string | null {
  if (span.by === 'created_at') return createdWithin(resource.creation.listed, span)
  return both(since('updated_at', span.from), span.isSplit ? updatedUntil(resource, span.to) : null)
}

/** The filter for counting what the span holds: only down from `to` where the API's filter is exact to the second. */
export function countFilter(resource: Resource, span: Span & Pick<Window, 'isSplit'>): string | null {
  if (span.by === 'created_at') return createdWithin(resource.creation.counted, span)
  const isOpen = resource.filterPrecision === 'day' && !span.isSplit
  return both(since('updated_at', span.from), isOpen ? null : updatedUntil(resource, span.to))
}

/** Of the filter that the span is read by. For the creation the schema documents a time everywhere. */
export const filterPrecision = (resource: Pick<Resource, 'filterPrecision'>, { by }: Pick<Span, 'by'>) =>
  by === 'created_at' ? 'second' : resource.filterPrecision

/** The filter is a hint: the bounds are applied again to what came back. */
export function placeIn({ by, from, to }: Window, node: SourceNode): 'before' | 'inside' | 'after' {
  const at = Date.parse(by === 'created_at' ? node.createdAt : node.updatedAt)
  if (from !== null && at < Date.parse(from)) return 'before'
  return at >= Date.parse(to) ? 'after' : 'inside'
}
