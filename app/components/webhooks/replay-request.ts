/** What a merchant asks for where dead letters are listed, and what is answered. */

/** The fields of the form. */
export type ReplayWish = { what: 'one'; id: string } | { what: 'topic'; topic: string } | { what: 'all' }

export type ReplayAnswer =
  | { outcome: 'asked'; taken: number; erased: number; hasMore: boolean }
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
  const { taken, erased, hasMore } = answer
  const parts = [
    taken > 0 && `${taken === 1 ? 'One message is' : `${taken} messages are`} being replayed.`,
    erased > 0 && `${erased === 1 ? 'One cannot be' : `${erased} cannot be`} replayed: the body has been erased.`,
    taken === 0 && erased === 0 && 'There was nothing to replay, or it is being replayed already.',
    hasMore && 'There are more: replay again when these are done.',
  ]
  return { text: parts.filter((part) => part !== false).join(' '), isFailure: taken === 0 && erased > 0 }
}
