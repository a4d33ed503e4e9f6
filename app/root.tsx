import type { LinksFunction, MetaFunction } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLocation,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import type { ReactNode } from 'react'
import { PlainPage } from '~/components/plain-page'
import { env } from '~/env.server'
import fontStyles from '~/styles/fonts.css?url'

export const meta: MetaFunction = () => [{ title: 'Lockstep' }]

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'preload', href: '/fonts/inter-latin.woff2', as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: fontStyles },
]

export function loader() {
  return { apiKey: env.SHOPIFY_API_KEY, appBridgeUrl: env.APP_BRIDGE_URL }
}

/** Nothing of it changes while a page is open. */
export const shouldRevalidate = () => false

export function Layout({ children }: { children: ReactNode }) {
  const isEmbedded = /^\/app(\/|$)/.test(useLocation().pathname)
  const settings = useRouteLoaderData<typeof loader>('root')
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        {isEmbedded && settings && (
          <>
            <meta name="shopify-api-key" content={settings.apiKey} />
            <script src={settings.appBridgeUrl} />
          </>
        )}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary() {
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) {
    return (
      <PlainPage title="There is no such page">
        <p>Open Lockstep from the Apps of your Shopify admin.</p>
      </PlainPage>
    )
  }
  return (
    <PlainPage title="Something went wrong">
      <p>Lockstep could not show this page. Your shop and the copy of its data are not affected.</p>
      <p>Load the page again in a moment.</p>
    </PlainPage>
  )
}
