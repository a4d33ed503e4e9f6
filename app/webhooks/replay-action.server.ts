/** The action behind the page that lists dead letters. */
import type { ReplayWish } from '~/components/webhooks/replay-request'
import { replayRequestSchema } from '~/components/webhooks/replay-request-schema'
import { DEAD_LETTERS, replay, type Replayed, type ReplayFilter } from './replay.server'

export type ReplayAnswer =
  | ({ outcome: 'asked' } & Replayed)
  /** What was asked for cannot be read; no button of the page sends such a thing. */
  | { outcome: 'unreadable' }

/** `fields`: of the form, as text. Of dead letters alone: whatever else is asked for is not taken. */
export async function replayAction(shopId: string, fields: unknown): Promise<ReplayAnswer> {
  const parsed = replayRequestSchema.safeParse(fields)
  if (!parsed.success) return { outcome: 'unreadable' }
  return { outcome: 'asked', ...(await replay(shopId, { ...DEAD_LETTERS, ...narrowedBy(parsed.data) })) }
}

function narrowedBy(wish: ReplayWish): ReplayFilter {
  switch (wish.what) {
    case 'one':
      return { deliveryIds: [wish.id] }
    case 'topic':
      return { topic: wish.topic }
    case 'all':
      return {}
  }
}
