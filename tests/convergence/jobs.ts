/** The jobs of one shop: what the app has asked for, and what is to be tried again. */
import type pg from 'pg'
import type { App, Ended, Job } from './app.ts'
import type { Story } from './story.ts'

export class Jobs {
  readonly #again = new Map<string, Job>()
  readonly #app: App
  readonly #admin: pg.Client
  readonly #shopId: string
  readonly #story: Story

  constructor(app: App, admin: pg.Client, shopId: string, story: Story) {
    this.#app = app
    this.#admin = admin
    this.#shopId = shopId
    this.#story = story
  }

  /** Those that wait, taken out of the queue. When they, and deliveries, are due does not matter: a queue may be late. */
  async take(): Promise<Job[]> {
    await this.#admin.query(
      `update webhook_deliveries set next_attempt_at = null
       where shop_id = $1 and state = 'pending' and next_attempt_at is not null`,
      [this.#shopId],
    )
    const { rows } = await this.#admin.query<Job>(
      `with taken as (
         delete from pgboss.job where data ->> 'shopId' = $1 and state < 'active' returning name, data
       )
       select name, data as payload from taken order by name, data ->> 'resource'`,
      [this.#shopId],
    )
    const waiting = new Map([...this.#again, ...rows.map((job) => [keyOf(job), job] as const)])
    this.#again.clear()
    return [...waiting.values()]
  }

  async perform(job: Job): Promise<Ended> {
    const { life } = this.#app
    const before = life.statements
    this.#story.tell(`job    ${keyOf(job)} begins`)
    const ended = await this.#app.perform(job)
    const caught = life.caught === null ? '' : `, caught at: ${life.caught}`
    this.#story.tell(`job    ${keyOf(job)}: ${ended} after ${life.statements - before} statements${caught}`)
    if (ended === 'again' || ended === 'died') this.#again.set(keyOf(job), job)
    return ended
  }

  /** For the next who takes. */
  putBack(job: Job): void {
    this.#again.set(keyOf(job), job)
  }
}

function keyOf({ name, payload }: Job): string {
  const { resource, deep, force } = payload
  return [name, resource, deep ? 'deep' : '', force ? 'all anew' : ''].filter(Boolean).join(' ')
}
