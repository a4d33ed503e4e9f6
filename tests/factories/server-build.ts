import type { ServerBuild } from '@remix-run/node'

const notFound = () => new Response('none', { status: 404 })

type RouteModule = NonNullable<ServerBuild['routes'][string]>['module']

/** Remix's build of an app of one route, which has nothing. */
export const emptyBuild: ServerBuild = {
  entry: { module: { default: notFound } },
  // A route without a page: its type wants one.
  routes: { all: { id: 'all', path: '*', module: { loader: notFound } as unknown as RouteModule } },
  assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
  future: {} as ServerBuild['future'],
  assetsBuildDirectory: '',
  publicPath: '/',
  isSpaMode: false,
  mode: 'production',
}
