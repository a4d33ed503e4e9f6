/** The kit's program with the app in it, as it is or with one of its rules removed. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'vite'
import { projectRoot } from '../../scripts/prisma-command.mjs'
import { mutations, type Mutation } from './mutations.ts'

const ENTRY = 'tests/convergence/program.ts'
const path = (name: string) => join(projectRoot, name)

/** Returns the program's path. Throws when what the mutation replaces is not in its file exactly once. */
export async function bundleKit(mutation: string | null): Promise<string> {
  const outDir = path(join('.cache', 'converge', mutation ?? 'as-it-is'))
  const found = mutation === null ? undefined : mutations[mutation]
  if (mutation !== null && found === undefined)
    throw new Error(`there is no mutation ${mutation}: ${Object.keys(mutations).join(', ')}`)
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'error',
    plugins: [sandboxAsItIs, mutate(unsupervised), ...(found === undefined ? [] : [mutate(found)])],
    resolve: {
      alias: [
        { find: '~', replacement: path('app') },
        { find: 'node:timers/promises', replacement: path('tests/convergence/timers.ts') },
      ],
    },
    build: {
      ssr: ENTRY,
      outDir,
      minify: false,
      target: 'node24',
    },
  })
  return join(outDir, 'program.js')
}

/** The queue does nothing by itself: what it looked up now and then would be statements of whoever lives at the moment. */
const unsupervised: Mutation = {
  file: 'app/jobs/boss.server.ts',
  from: 'queueCacheIntervalSeconds: 2,',
  to: `queueCacheIntervalSeconds: 86_400, supervise: false, clock: {
      now: () => performance.timeOrigin + performance.now(),
      setTimeout: (work, ms) => setTimeout(work, ms).unref(), clearTimeout,
      setInterval: (work, ms) => setInterval(work, ms).unref(), clearInterval,
    },`,
}

/** It is not bundled, for it finds its schema beside its own files. */
const sandboxAsItIs: Plugin = {
  name: 'sandbox',
  enforce: 'pre',
  resolveId(source, importer) {
    const target = importer === undefined ? '' : resolve(importer, '..', source)
    return target.startsWith(path('sandbox/')) ? { id: pathToFileURL(target).href, external: 'absolute' } : null
  },
}

function mutate({ file, from, to }: Mutation): Plugin {
  let isDone = false
  return {
    name: 'mutation',
    enforce: 'pre',
    transform(code, id) {
      if (id !== path(file)) return null
      if (code.split(from).length !== 2) throw new Error(`${file} does not have this exactly once:\n${from}`)
      isDone = true
      return code.replace(from, () => to)
    },
    buildEnd() {
      if (!isDone) throw new Error(`${file} is not in the bundle`)
    },
  }
}
