/** What the settings page shows: texts made on the server, as on the home page. */
import type { Moment } from '../home/home-page'

export interface KeyLine {
  id: string
  name: string
  /** How the key begins: `lk_Ab3xYz…` */
  beginning: string
  createdAt: Moment
  /** Null: never. */
  lastUsedAt: Moment | null
}

export interface SubscriptionLine {
  id: string
  topic: string
  uri: string
  /** Leads to this app; others are left alone. */
  isManaged: boolean
}

export interface SubscriptionsPart {
  /** Where webhooks come from, in a sentence or two. */
  explanation: string
  /** How what is there compares with what should be. Null: nothing is to be said. */
  standing: { text: string; isFailure: boolean } | null
  lines: SubscriptionLine[]
  /** There is something that registering would change. */
  canRegister: boolean
  /** There is something that could be removed. */
  canRemove: boolean
  /** Shopify could not be read: what to tell. The rest is then empty. */
  failure: string | null
}

/** A customer who asked for what is held about them. */
export interface DataRequestLine {
  id: string
  /** Their name, or what else tells who it is. */
  customer: string
  requestedAt: Moment
  state: 'ready' | 'preparing' | 'failing'
  /** When the export will be deleted. */
  keptUntil: Moment
}

/** Which of the requests are shown, of more than fit onto a page. */
export interface RequestPages {
  /** From 1. */
  page: number
  /** Such as "101–150 of 150". */
  text: string
  hasNewer: boolean
  hasOlder: boolean
}

export interface SettingsPage {
  keys: KeyLine[]
  /** How many there may be. */
  mostKeys: number
  dataRequests: DataRequestLine[]
  /** Null: all are shown. */
  requestPages: RequestPages | null
  subscriptions: SubscriptionsPart
  /** IANA name. */
  timezone: string
}
