/**
 * The life of one record as its shop lived it, and what the channels tell of it. What the copy must hold in the end
 * follows from the life alone; the order in which it is told must not matter.
 */
import { resources } from '~/resources/registry'
import type { MirroredResource } from '~/resources/resource'
import type { ObservedDeletion, ObservedRecord } from '~/sync/ports'
import { deletion, observed, uniqueId } from './records.ts'

/** `random` gives 0 <= n < 1. */
export type Random = () => number

export type Message =
  | { told: 'webhook' | 'pull'; record: ObservedRecord; version: number; seconds: number }
  | { told: 'delete'; deletion: ObservedDeletion; seconds: number }

export interface Life {
  id: string
  /** In the order in which they were sent, each once. */
  messages: Message[]
}

const int = (random: Random, below: number) => Math.floor(random() * below)

/**
 * Some versions, each announced by a webhook or not and seen by pulls or not; several may fall into one second, so that
 * only the time of the message tells them apart. One life in three ends in a deletion, and some of these were told in
 * error, so that the last message of all is a pull that found the record, in a new version.
 */
export function randomLife(random: Random, resource: MirroredResource = resources.orders): Life {
  const id = uniqueId()
  const lines = Array.from({ length: 4 }, uniqueId)
  const messages: Message[] = []
  let seconds = int(random, 50)
  const next = () => (seconds += random() < 0.4 ? 0.01 + int(random, 5) / 100 : 1 + int(random, 90))
  const tell = (told: 'webhook' | 'pull', version: number, updatedAt: number) => {
    const options = { resource, id, version, updatedAt: Math.floor(updatedAt), observedAt: next(), channel: told }
    const children = lines.filter((_, index) => (version >> index) % 2 === 0)
    messages.push({ told, version, record: observed({ ...options, children }), seconds })
  }

  const versions = 1 + int(random, 6)
  for (let version = 1; version <= versions; version++) {
    const updatedAt = next()
    if (random() < 0.8) tell('webhook', version, updatedAt)
    if (random() < 0.5) tell('pull', version, updatedAt)
    if (random() < 0.2) tell('pull', version, updatedAt)
  }
  if (random() < 0.33) {
    messages.push({ told: 'delete', deletion: deletion(id, next()), seconds })
    if (random() < 0.3) tell('pull', versions + 1, next())
  }
  return { id, messages }
}

/** What the rules say of a life, whatever the order in which it was told. Null: nothing was told. */
export interface Expected {
  deleted: boolean
  /** The version whose carried fields the row has, null when none was told, or only a deletion before any. */
  version: number | null
}

/** Newer wins by (updated, shown); a deletion is final but for a pull that saw the record later. */
export function expectedOf({ messages }: Life): Expected | null {
  if (messages.length === 0) return null
  const last = messages.at(-1)!
  const shown = messages.flatMap((message) => (message.told === 'delete' ? [] : [message]))
  const newest = shown.reduce<(typeof shown)[number] | null>(
    (best, message) => (best === null || message.seconds > best.seconds ? message : best),
    null,
  )
  return { deleted: last.told === 'delete', version: newest?.version ?? null }
}

/** In random order, some of them several times. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const repeated = items.flatMap((item) => (random() < 0.3 ? [item, item] : [item]))
  return repeated
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
