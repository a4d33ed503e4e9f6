import type { Id, Timestamp } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import type { Subscription } from './subscriptions.ts'

/** A subscription that was made through the API, for one shop. Those of `shopify.app.toml` are none of these. */
export interface ShopSubscription {
  id: Id
  /** As the schema has it: `ORDERS_CREATE`. */
  topic: string
  uri: string
  createdAt: Timestamp
  updatedAt: Timestamp
}

export interface SubscriptionError {
  field: string[]
  message: string
}

export interface SubscriptionPayload {
  webhookSubscription: ShopSubscription | null
  userErrors: SubscriptionError[]
}

export interface DeletionPayload {
  deletedId: Id | null
  userErrors: SubscriptionError[]
}

const URI_FIELD = ['webhookSubscription', 'uri']
const UNKNOWN: SubscriptionError = { field: ['id'], message: 'Webhook subscription does not exist' }

const PUBSUB = /^pubsub:\/\/[\w-]+:[\w-]+$/
const EVENT_BRIDGE = /^arn:aws:events:/
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** The webhook subscriptions that the app made in one shop by `webhookSubscriptionCreate`. */
export class ShopSubscriptions {
  readonly #store: MutableShopStore
  readonly #all = new Map<Id, ShopSubscription>()

  constructor(store: MutableShopStore) {
    this.#store = store
  }

  get all(): readonly ShopSubscription[] {
    return [...this.#all.values()]
  }

  find(id: Id): ShopSubscription | null {
    return this.#all.get(id) ?? null
  }

  create(topic: string, uri: string | null | undefined): SubscriptionPayload {
    const message = this.#objectionTo(topic, uri ?? '', null)
    if (message !== null) return refused({ field: URI_FIELD, message })
    const now = this.#store.timestamp()
    const created = { id: this.#store.nextId(), topic, uri: uri ?? '', createdAt: now, updatedAt: now }
    this.#all.set(created.id, created)
    return { webhookSubscription: created, userErrors: [] }
  }

  update(id: Id, uri: string | null | undefined): SubscriptionPayload {
    const known = this.find(id)
    if (!known) return refused(UNKNOWN)
    if (uri == null) return { webhookSubscription: known, userErrors: [] }
    const message = this.#objectionTo(known.topic, uri, id)
    if (message !== null) return refused({ field: URI_FIELD, message })
    const updated = { ...known, uri, updatedAt: this.#store.timestamp() }
    this.#all.set(id, updated)
    return { webhookSubscription: updated, userErrors: [] }
  }

  delete(id: Id): DeletionPayload {
    return this.#all.delete(id) ? { deletedId: id, userErrors: [] } : { deletedId: null, userErrors: [UNKNOWN] }
  }

  /** Removing the app removes them. */
  clear(): void {
    this.#all.clear()
  }

  /**
   * Where an announcement of the topic (`orders/create`) has to go at the app, oldest subscription first. What is
   * subscribed to at another address than the app's is kept and listed, but nothing is sent from here to other machines.
   */
  of(topic: string, appUrl: string): Subscription[] {
    const base = appUrl.replace(/\/$/, '')
    return this.all
      .filter(({ topic: name, uri }) => name === topicName(topic) && uri.startsWith(`${base}/`))
      .map(({ uri }) => ({ topic, path: uri.slice(base.length) }))
  }

  #objectionTo(topic: string, uri: string, self: Id | null): string | null {
    const objection = objectionToUri(uri)
    if (objection !== null) return objection
    const isTaken = this.all.some((one) => one.id !== self && one.topic === topic && one.uri === uri)
    return isTaken ? 'Address for this topic has already been taken' : null
  }
}

/** `orders/create` is ORDERS_CREATE, `customer.joined_segment` is CUSTOMER_JOINED_SEGMENT. */
const topicName = (topic: string) => topic.replace(/[/.]/g, '_').toUpperCase()

/** Shopify wants https or an event bus; an app on this machine has no certificate. */
function objectionToUri(uri: string): string | null {
  if (uri === '') return "Address can't be blank"
  if (PUBSUB.test(uri) || EVENT_BRIDGE.test(uri)) return null
  const url = URL.parse(uri)
  if (url === null || url.hostname === '') return 'Address is invalid'
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname))) return null
  return `Address protocol ${url.protocol}// is not supported`
}

const refused = (error: SubscriptionError): SubscriptionPayload => ({ webhookSubscription: null, userErrors: [error] })
