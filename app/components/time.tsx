import type { Moment } from '~/presenters/home/home-page'

/** A time as the server wrote it, readable by machines too. */
export function Time({ moment }: { moment: Moment }) {
  return (
    <time dateTime={moment.iso} className="tabular-figures">
      {moment.text}
    </time>
  )
}
