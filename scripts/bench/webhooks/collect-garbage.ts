/** Collects this thread's garbage now, so that V8 does not begin to by itself, on both of two CPUs, while something is measured. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

export const collectGarbage = runInNewContext('gc') as () => void
