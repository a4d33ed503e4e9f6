/** One incarnation of the app's process, as the database and the shop know it: its connections, and how they end. */
import pg from 'pg'
import { Client } from '~/db/client.server'

/** What happens at the n-th statement from now, or at the n-th commit. */
export interface Trap {
  nth: number
  of: 'statement' | 'commit'
  /** `answer-lost`: the statement is carried out first. */
  when: 'before' | 'answer-lost'
  /** `connection`: only the statement's own is cut, and the process lives on. */
  what: 'process' | 'connection'
}

type Query = (...given: unknown[]) => Promise<unknown>

const CONNECTIONS = 8

export class Life {
  readonly name: string
  readonly pool: pg.Pool
  isOver = false
  /** A connection was cut, so that the app may fail with whatever it likes. */
  isHurt = false
  statements = 0
  /** The statement that the trap caught, for the story. */
  caught: string | null = null
  readonly #end = new AbortController()
  readonly #clients = new Set<pg.Client>()
  readonly #cut = new Set<pg.Client>()
  #trap: Trap | null = null
  /** What the trap waits for and has seen, since it was armed. */
  #passed = 0

  constructor(name: string, connectionString: string) {
    this.name = name
    this.pool = new pg.Pool({ connectionString, application_name: name, max: CONNECTIONS, Client: this.#watched() })
    this.pool.on('error', ignore)
  }

  /** Ends what the process has asked of others. */
  get end(): AbortSignal {
    return this.#end.signal
  }

  arm(trap: Trap): void {
    this.caught = null
    this.#passed = 0
    this.#trap = trap
  }

  disarm(): void {
    this.#trap = null
  }

  /** As SIGKILL does: nothing more is sent, and nothing that comes is heard. */
  kill(): void {
    this.isOver = true
    this.#end.abort(new Error('the process was killed'))
    for (const client of this.#clients) this.#sever(client)
  }

  /** Until the pool has heard of the connections that were cut: before, it may give them to somebody. */
  async recovered(): Promise<void> {
    while (this.#cut.size > 0) await new Promise((resolve) => setImmediate(resolve))
  }

  #watched(): typeof pg.Client {
    const pass = (client: pg.Client, query: Query, given: unknown[]) => this.#pass(client, query, given)
    const forget = (client: pg.Client) => {
      this.#clients.delete(client)
      this.#cut.delete(client)
    }
    const clients = this.#clients
    return class extends Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config)
        clients.add(this)
        this.on('error', ignore)
        this.on('end', () => forget(this))
        const query = this.query.bind(this) as Query
        this.query = ((...given: unknown[]) => pass(this, query, given)) as typeof this.query
      }
    }
  }

  #pass(client: pg.Client, query: Query, given: unknown[]): unknown {
    const trap = this.#trap
    if (this.isOver) this.#sever(client)
    this.statements += 1
    if (trap === null || (trap.of === 'commit' && given[0] !== 'commit')) return query(...given)
    if (++this.#passed !== trap.nth) return query(...given)
    this.#trap = null
    this.caught = textOf(given[0])
    const isPromised = typeof given[0] === 'string' && typeof given.at(-1) !== 'function'
    if (trap.when === 'before' || !isPromised) {
      this.#spring(trap, client)
      return query(...given)
    }
    return query(...given).then(() => {
      this.#spring(trap, client)
      throw new Error('the answer was lost')
    })
  }

  #spring({ what }: Trap, client: pg.Client): void {
    this.isHurt = true
    if (what === 'process') this.kill()
    else this.#sever(client)
  }

  #sever(client: pg.Client): void {
    const { connection } = client as unknown as { connection: { stream: { destroy(): void } } }
    this.#cut.add(client)
    connection.stream.destroy()
  }
}

const ignore = () => undefined

function textOf(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text
  // Without the ids in names of tables, which other shops' jobs have a part in.
  return (text ?? 'copy').replace(/\d+/g, 'N').replace(/\s+/g, ' ').trim().slice(0, 60)
}
