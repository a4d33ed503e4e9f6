import type { Binaries } from './binaries.ts'
import type { OsUser } from './os-user.ts'
import type { Place } from './place.ts'

/** What a keeper is told, as JSON in its only argument. */
export type KeeperOrder = {
  place: Place
  binaries: Binaries
  user: OsUser | undefined
  /** 0 takes a free port */
  port: number
  /** false: the files are removed when the server stops, and nothing is done to survive a power cut */
  persistent: boolean
}

/** What a keeper says, one JSON line each on its standard output. */
export type KeeperReport =
  | { state: 'ready'; port: number }
  /** someone else's keeper runs the server of this folder already */
  | { state: 'in-use'; port: number }
  | { state: 'failed'; message: string }

export const passwordFileName = 'password'
export const logFileName = 'server.log'
export const superuser = 'lockstep'
