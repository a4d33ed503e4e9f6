/** The app as the story uses it: lives that follow each other, jobs, and the inbox. */
import { Session } from '@shopify/shopify-api'
import type pg from 'pg'
import { pool } from '~/db.server'
import { copyPort } from '~/db/copy.server'
import type { JobName, Payload } from '~/jobs/catalogue'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { handlers } from '~/jobs/handlers.server'
import { TryAgain } from '~/jobs/try-again'
import { sessionStorage } from '~/shopify.server'
import { createEdge } from '~/webhooks/edge/create-edge'
import { createInbox } from '~/webhooks/inbox.server'
import { welcomeShop } from '~/welcome-shop.server'
import type { Delivery, SandboxShop } from '../../sandbox/contract.ts'
import { receiveBytes } from '../factories/receptions.ts'
import { Life } from './life.ts'
import { Divergence, type Story } from './story.ts'
import { credentials, databaseUrl, fetchAsMerchant, live, sandbox } from './world.ts'

export interface Job {
  name: JobName
  payload: Record<string, unknown>
}

export type Ended = 'done' | 'again' | 'died' | 'stopped'

const LONGEST_WAIT_MS = 60_000

export class App {
  life: Life
  stopping = new AbortController()
  readonly #name: string
  readonly #story: Story
  readonly #admin: pg.Client
  #lives = 0
  #inbox: ReturnType<typeof createInbox>

  constructor(name: string, story: Story, admin: pg.Client) {
    this.#name = name
    this.#story = story
    this.#admin = admin
    this.life = this.#born()
    this.#inbox = this.#openInbox()
  }

  /** Throws Divergence when the app fails though its database was there. */
  async perform({ name, payload }: Job): Promise<Ended> {
    const { life, stopping } = this
    const handle = handlers[name] as (payload: unknown, stopping: AbortSignal) => Promise<void>
    try {
      await inTime(handle(payload as Payload<JobName>, stopping.signal), name)
      return life.isOver ? 'died' : stopping.signal.aborted ? 'stopped' : 'done'
    } catch (error) {
      if (life.isOver) return 'died'
      if (error instanceof TryAgain || life.isHurt) return 'again'
      throw new Divergence(`the job ${name} broke: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }

  /** The answers of the webhooks' route; null when the process died. */
  async accept(deliveries: readonly Delivery[]): Promise<(number | null)[]> {
    const { life } = this
    const broken: unknown[] = []
    const edge = createEdge({
      secrets: [credentials.apiSecret],
      accept: this.#inbox.accept,
      failed: (error) => broken.push(error),
      count: ({ reason }) => {
        throw new Divergence(`a delivery of Shopify was refused: ${reason}`)
      },
    })
    // All at once, so that they share a batch in this order.
    const answers = deliveries.map(async (sent) => (await receiveBytes(edge, sent, sent.body)).status)
    const statuses = await inTime(Promise.all(answers), 'a delivery')
    if (broken.length > 0) throw new Divergence('a delivery broke', { cause: broken[0] })
    return life.isOver ? statuses.map(() => null) : statuses
  }

  /** The merchant opens the app: it gets a new token. */
  async open(shop: SandboxShop): Promise<void> {
    const answer = await fetchAsMerchant(`${sandbox.url}/${shop.domain}/admin/oauth/access_token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        client_id: credentials.apiKey,
        client_secret: credentials.apiSecret,
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: shop.sessionToken(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
        expiring: '1',
      }),
    })
    const granted = (await answer.json()) as Record<'access_token' | 'refresh_token' | 'scope', string>
    const session = new Session({
      ...{ id: `offline_${shop.domain}`, shop: shop.domain, state: '', isOnline: false, scope: granted.scope },
      ...{ accessToken: granted.access_token, refreshToken: granted.refresh_token },
      expires: new Date(Date.now() + 3_600_000),
    })
    await sessionStorage.storeSession(session)
    await welcomeShop(session)
  }

  /** After a death or a stop: the next process, once the database has noticed that the one before is gone. */
  async rise(): Promise<void> {
    this.life.kill()
    live(null)
    const gone = 'select count(*)::int as count from pg_stat_activity where application_name = $1'
    for (;;) {
      const { rows } = await this.#admin.query<{ count: number }>(gone, [this.life.name])
      if (rows[0]!.count === 0) break
    }
    this.life = this.#born()
    this.#inbox = this.#openInbox()
    this.stopping = new AbortController()
    this.#story.tell(`life   a new process, number ${this.#lives}`)
  }

  async end(): Promise<void> {
    this.life.kill()
    live(null)
  }

  #born(): Life {
    this.#lives += 1
    const life = new Life(`${this.#name} ${this.#lives}`, databaseUrl)
    live(life)
    return life
  }

  #openInbox() {
    return createInbox({ pool, copy: copyPort, enqueueApplyPending })
  }
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Divergence(`${what} did not end`)), LONGEST_WAIT_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
