/** A process of the app with the role worker, to be bundled, started and killed by tests. Says so when it takes jobs. */
import { startWorker } from '~/jobs/worker.server'

await startWorker()
console.log('ready')
