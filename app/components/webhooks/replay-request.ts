/** What a merchant asks for where dead letters are listed, and what is answered. */

/** The fields of the form. */
export type ReplayWish = { what: 'one'; id: string } | { what: 'topic'; topic: string } | { what: 'all' }

export type ReplayAnswer =
  | { outcome: 'asked'; taken: number; waiting: number; withoutBody: number; hasMore: boolean }
  /** What was asked for cannot be read; no button of the page sends such a thing. */
  | { outcome: 'unreadable' }

export interface ReplayMessage {
  text: string
  isFailure: boolean
}

/** What is said about a replay that somebody asked for; null as long as there is no answer. */
export function replayMessage(answer: ReplayAnswer | undefined): ReplayMessage | null {
  if (answer === undefined) return null
  if (answer.outcome === 'unreadable') {
    return { text: 'That could not be understood. Load the page again and repeat it.', isFailure: true }
  }
  const { taken, waiting, withoutBody, hasMore } = answer
  const parts = [
    taken > 0 && `${taken === 1 ? 'One message is' : `${taken} messages are`} being replayed.`,
    waiting > 0 && `${waiting === 1 ? 'One is' : `${waiting} are`} being replayed already.`,
    withoutBody > 0 && `${withoutBody === 1 ? 'One' : withoutBody} cannot be replayed: there is no body.`,
    taken + waiting + withoutBody === 0 && 'There was nothing to replay.',
    hasMore && 'There are more: replay again to have them tried, too.',
  ]
  const isFailure = taken + waiting === 0 && withoutBody > 0
  return { text: parts.filter((part) => part !== false).join(' '), isFailure }
}
