import type { SyncMessage } from './sync-now'
import type { SyncAnswer, SyncProgress } from './sync-request'

/** What is said about a sync that somebody asked for. Only turns of events change it, so that a screen reader is not kept talking. */
export function syncMessage(answer: SyncAnswer | undefined, progress: SyncProgress | null): SyncMessage | null {
  if (answer?.outcome === 'unreadable') {
    return { text: 'That could not be understood. Load the page again and repeat it.', isFailure: true }
  }
  if (answer?.outcome === 'refused') {
    return { text: 'Nothing was begun: the dates need a correction.', isFailure: true }
  }
  // Nothing is said to be queued before it is.
  if (answer === undefined || progress === null) return null
  if (progress.state === 'queued') {
    const isRepetition = answer.jobs === 0
    return { text: `${isRepetition ? 'It is queued already.' : 'Queued.'} It begins in a moment.`, isFailure: false }
  }
  if (progress.state === 'going')
    return { text: 'Syncing. You can close this page; the work goes on.', isFailure: false }
  const failed = progress.results.filter(({ run }) => run.outcome === 'failed')
  if (failed.length > 0) {
    return {
      text: failed.map(({ label, run }) => `${label} failed: ${run.error ?? 'the reason was not recorded.'}`).join(' '),
      isFailure: true,
    }
  }
  const results = progress.results.map(({ label, run }) => `${label}: ${run.records.toLowerCase()}.`)
  return { text: ['Finished.', ...results].join(' '), isFailure: false }
}
