import { type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { HowToOpen, PlainPage } from '~/components/plain-page'

/** Shopify opens the app at its address with the shop and a token in the query: they go on to the app itself. */
export function loader({ request }: LoaderFunctionArgs) {
  const { search, searchParams } = new URL(request.url)
  return searchParams.has('shop') ? redirect(`/app${search}`) : null
}

export default function Landing() {
  return (
    <PlainPage title="Lockstep">
      <p>
        Keeps a faithful copy of a Shopify shop in PostgreSQL: products, customers and orders, live and complete, ready
        to be read with SQL.
      </p>
      <p>Lockstep lives in the Shopify admin. To open it:</p>
      <HowToOpen />
    </PlainPage>
  )
}
