/** A shop's Admin API in memory: records that can change between two pages, and calls that can fail. */
import type { Resource, SourceNode } from '~/resources/resource'
import { SourceError } from '~/shopify/source-error'
import type { Answer, Counted, SourceCount, SourceOpening, SourcePage, SourcePort } from '~/sync/ports'
import type { Span } from '~/sync/window'
import { type NodeOptions, nodeOf } from './nodes.ts'

export interface Call {
  verb: 'count' | 'page' | 'nodes' | 'ids' | 'events'
  /** From 1, among the calls of this verb. */
  number: number
  filter?: string | null
  cursor?: string | null
  first?: number
}

export interface FakeSourceOptions {
  /** What the source's clock shows at first. Default: 2026-11-22T10:00:00Z. */
  now?: string
  /** Points for each record of a page. Default: 1. */
  costPerRecord?: number
  /** A query that asks for more points is too dear. Default: 1,000. */
  mostPoints?: number
  /** Most records that a count tells apart; beyond, it is AT_LEAST. */
  countLimit?: number
}

const SECOND = 1000

type SortKey = 'ID' | 'UPDATED_AT' | 'CREATED_AT'

export class FakeSource implements SourcePort {
  readonly calls: Call[] = []
  /** Runs before each call is answered: may change records, move the clock or throw. */
  onCall: (call: Call) => void = () => undefined
  /** Numeric ids that are counted but that no page shows. */
  readonly withheld = new Set<string>()
  readonly #records = new Map<string, SourceNode>()
  readonly #destroyed = new Map<string, string>()
  readonly #resource: Resource
  readonly #options: Required<FakeSourceOptions>
  #nowMs: number

  constructor(resource: Resource, options: FakeSourceOptions = {}) {
    const defaults = { now: '2026-11-22T10:00:00Z', costPerRecord: 1, mostPoints: 1000, countLimit: Infinity }
    this.#options = { ...defaults, ...options }
    this.#resource = resource
    this.#nowMs = Date.parse(this.#options.now)
  }

  /** Moves the clock on. */
  pass(seconds: number): void {
    this.#nowMs += seconds * SECOND
  }

  /** What the clock shows, in whole seconds, as Shopify writes times. */
  now(): string {
    return `${new Date(this.#nowMs).toISOString().slice(0, 19)}Z`
  }

  /** Makes or changes a record. `updatedAt`: default is now. */
  put(options: Omit<NodeOptions, 'updatedAt'> & { updatedAt?: string }): void {
    this.#records.set(options.id, nodeOf(this.#resource.name, { updatedAt: this.now(), ...options }))
  }

  /** `isTold`: the shop's events say so. */
  delete(id: string, { isTold = false } = {}): void {
    this.#records.delete(id)
    if (isTold) this.#destroyed.set(id, this.now())
  }

  callsOf(verb: Call['verb']): Call[] {
    return this.calls.filter((call) => call.verb === verb)
  }

  /** A call of the verb `page`, the first one. */
  async open(_: Resource, filter: string | null, first: number): Promise<SourceOpening> {
    const page = this.#page(filter, null, first)
    return { ...page, matching: this.#counted(filter), all: this.#counted(null) }
  }

  async count(_: Resource, filter: string | null): Promise<SourceCount> {
    this.#called({ verb: 'count', filter })
    return { ...this.#answer(1), ...this.#counted(filter) }
  }

  async page(
    _: Resource,
    filter: string | null,
    cursor: string | null,
    first: number,
    by?: Span['by'],
  ): Promise<SourcePage> {
    return this.#page(filter, cursor, first, by === 'created_at' ? 'CREATED_AT' : this.#resource.window.sortKey)
  }

  #page(
    filter: string | null,
    cursor: string | null,
    first: number,
    sortKey: SortKey = this.#resource.window.sortKey,
  ): SourcePage {
    this.#called({ verb: 'page', filter, cursor, first })
    const cost = first * this.#options.costPerRecord
    if (cost > this.#options.mostPoints) throw new SourceError('too-dear', 'The query costs more than Shopify allows.')
    const rest = this.#matching(filter)
      .filter(({ id }) => !this.withheld.has(digitsOf(id)))
      .map((node) => ({ node, place: placeOf(node, sortKey) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .filter(({ place }) => cursor === null || place > cursor)
    const shown = rest.slice(0, first)
    return {
      ...this.#answer(cost),
      nodes: shown.map(({ node }) => structuredClone(node)),
      endCursor: shown.at(-1)?.place ?? null,
      hasNextPage: rest.length > shown.length,
    }
  }

  async nodes(_: Resource, ids: readonly string[]): Promise<Answer & { nodes: SourceNode[] }> {
    this.#called({ verb: 'nodes' })
    const nodes = ids.flatMap((id) => structuredClone(this.#records.get(id)) ?? [])
    return { ...this.#answer(ids.length), nodes }
  }

  async deletedSince(_: Resource, since: string): Promise<string[]> {
    if (this.#resource.deletionSubject === null) return []
    this.#called({ verb: 'events' })
    return [...this.#destroyed].filter(([, at]) => Date.parse(at) >= Date.parse(since)).map(([id]) => id)
  }

  async ids(): Promise<Answer & { ids: string[] }> {
    this.#called({ verb: 'ids' })
    return { ...this.#answer(1), ids: [...this.#records.keys()].filter((id) => !this.withheld.has(id)) }
  }

  #counted(filter: string | null): Counted {
    const { length } = this.#matching(filter)
    const exact = length <= this.#options.countLimit
    return { count: exact ? length : this.#options.countLimit, exact }
  }

  #called(call: Omit<Call, 'number'>): void {
    const numbered = { ...call, number: this.callsOf(call.verb).length + 1 }
    this.calls.push(numbered)
    this.onCall(numbered)
  }

  /** Each answer is given a millisecond after the one before. */
  #answer(requestedCost: number): Answer {
    this.#nowMs += 1
    return { observedAt: new Date(this.#nowMs).toISOString(), requestedCost }
  }

  /** Whole days where the resource's filter knows no more. */
  #matching(filter: string | null): SourceNode[] {
    const exact = this.#resource.filterPrecision === 'second'
    const grain = (time: string) => Date.parse(exact ? time : time.slice(0, 10))
    const isWithin = (field: string, at: string, read: (time: string) => number) => {
      const [, from] = new RegExp(`${field}:>='([^']+)'`).exec(filter ?? '') ?? []
      const [, to] = new RegExp(`${field}:<'([^']+)'`).exec(filter ?? '') ?? []
      const [, upTo] = new RegExp(`${field}:<='([^']+)'`).exec(filter ?? '') ?? []
      return (
        (from === undefined || read(at) >= read(from)) &&
        (to === undefined || read(at) < read(to)) &&
        (upTo === undefined || read(at) <= read(upTo))
      )
    }
    const { listed, counted } = this.#resource.creation
    return [...this.#records.values()].filter(
      ({ createdAt, updatedAt }) =>
        isWithin('updated_at', updatedAt, grain) &&
        [listed, counted].every((field) => isWithin(field, createdAt, Date.parse)),
    )
  }
}

const digitsOf = (gid: string) => gid.replace(/^.*\//, '')

/** Where a record stands in a list sorted by the key: what Shopify's cursors hold. */
const placeOf = ({ id, createdAt, updatedAt }: SourceNode, sortKey: SortKey) =>
  `${{ ID: '', UPDATED_AT: updatedAt, CREATED_AT: createdAt }[sortKey]} ${digitsOf(id).padStart(20, '0')}`

export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

/** Ids from 1; record `n` was updated `n` seconds after nine o'clock, unless all at once. */
export function filled(resource: Resource, count: number, options: FakeSourceOptions = {}) {
  const source = new FakeSource(resource, options)
  for (let n = 1; n <= count; n++) {
    source.put({
      id: String(n),
      updatedAt: `${new Date(Date.parse('2026-11-22T09:00:00Z') + n * 1000).toISOString().slice(0, 19)}Z`,
    })
  }
  return source
}
