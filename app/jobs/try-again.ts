/** Tells pg-boss to try a job again later. What happened is in the run's log or at the delivery. */
export class TryAgain extends Error {
  override name = 'TryAgain'
}
