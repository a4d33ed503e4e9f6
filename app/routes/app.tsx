import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from '@remix-run/node'
import { isRouteErrorResponse, Link, Outlet, useNavigation, useRevalidator, useRouteError } from '@remix-run/react'
import { NavMenu } from '@shopify/app-bridge-react'
import polarisStyles from '@shopify/polaris/build/esm/styles.css?url'
import { AppProvider } from '@shopify/shopify-app-remix/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import type { ReactNode } from 'react'
import { HomeSkeleton } from '~/components/home/home-skeleton'
import { TroublePage } from '~/components/trouble-page'
import { WebhooksSkeleton } from '~/components/webhooks/webhooks-skeleton'
import { shopify } from '~/shopify.server'
import appStyles from '~/styles/app.css?url'

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: polarisStyles },
  { rel: 'stylesheet', href: appStyles },
]

export async function loader({ request }: LoaderFunctionArgs) {
  await shopify.authenticate.admin(request)
  return null
}

/** Each page authenticates its own requests; nothing here changes with them. */
export const shouldRevalidate = () => false

export const headers: HeadersFunction = (args) => boundary.headers(args)

/** App Bridge itself is in the document's head, where Shopify wants it: the provider must not load it a second time. */
function Frame({ children }: { children: ReactNode }) {
  return (
    <AppProvider isEmbeddedApp={false} apiKey="">
      <NavMenu>
        <Link to="/app" rel="home">
          Lockstep
        </Link>
        <Link to="/app/webhooks">Webhooks</Link>
        <Link to="/app/settings">Settings</Link>
      </NavMenu>
      {children}
    </AppProvider>
  )
}

export default function App() {
  const { state, location } = useNavigation()
  const isArriving = state === 'loading' && location.pathname === '/app/webhooks'
  return <Frame>{isArriving ? <WebhooksSkeleton /> : <Outlet />}</Frame>
}

/**
 * Answers that Shopify's library throws carry markup to be shown, as `boundary.error` does; that function goes by the
 * name of the error's class, which a production build shortens.
 */
export function ErrorBoundary() {
  const error = useRouteError()
  const { state, revalidate } = useRevalidator()
  if (isRouteErrorResponse(error) && error.status < 500) {
    return <div dangerouslySetInnerHTML={{ __html: String(error.data || 'One moment, please.') }} />
  }
  return <Frame>{state === 'loading' ? <HomeSkeleton /> : <TroublePage onRetry={revalidate} />}</Frame>
}
