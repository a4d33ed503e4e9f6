/** What was given up on, as the page of webhooks shows it: texts made on the server. */
import type { Moment } from '../home/home-page'

export interface LastReplay {
  text: string
  tone: 'critical' | 'info' | 'success'
}

export interface DeadLetterLine {
  id: string
  topic: string
  received: Moment
  attempts: string
  reason: string
  /** Why it cannot be replayed, in a word or two; null: it can. */
  noReplay: string | null
  lastReplay: LastReplay | null
}

export interface DeadLetters {
  /** The newest. */
  lines: DeadLetterLine[]
  total: number
  totalText: string
  /** Of all of them, with how many they have: `orders/updated (12)`. */
  topics: { topic: string; label: string }[]
}
