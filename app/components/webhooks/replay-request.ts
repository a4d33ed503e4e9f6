/** What a merchant asks for where dead letters are listed, and what is said about it. */

/** The fields of the form. */
export type ReplayWish = { what: 'one'; id: string } | { what: 'topic'; topic: string } | { what: 'all' }

export interface ReplayMessage {
  text: string
  isFailure: boolean
}

const ASKING: ReplayMessage = { text: 'Asking for the replay…', isFailure: false }

/** Between two answers something else: a screen reader says nothing of a text that stays as it was. */
export const shownMessage = (isAsking: boolean, answer: ReplayMessage | undefined): ReplayMessage | null =>
  isAsking ? ASKING : (answer ?? null)
