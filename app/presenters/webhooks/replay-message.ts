import type { ReplayMessage } from '~/components/webhooks/replay-request'
import type { ReplayAnswer } from '~/webhooks/replay-action.server'

/** What is said about a replay that somebody asked for. `locale` as resolveLocale gives it. */
export function replayMessage(answer: ReplayAnswer, locale: string): ReplayMessage {
  if (answer.outcome === 'unreadable') {
    return { text: 'That could not be understood. Load the page again and repeat it.', isFailure: true }
  }
  const { taken, waiting, withoutBody, hasMore } = answer
  const numbers = new Intl.NumberFormat(locale)
  const number = (count: number) => numbers.format(count)
  const parts = [
    taken > 0 && `${taken === 1 ? 'One message is' : `${number(taken)} messages are`} being replayed.`,
    waiting > 0 && `${waiting === 1 ? 'One is' : `${number(waiting)} are`} being replayed already.`,
    withoutBody > 0 && `${withoutBody === 1 ? 'One' : number(withoutBody)} cannot be replayed: there is no body.`,
    taken + waiting + withoutBody === 0 && 'There was nothing to replay.',
    hasMore && 'There are more: replay again to have them tried, too.',
  ]
  const isFailure = taken + waiting === 0 && withoutBody > 0
  return { text: parts.filter((part) => part !== false).join(' '), isFailure }
}
