import { HowToOpen, PlainPage } from '~/components/plain-page'

/** Where Shopify's library sends whoever opens the app without a shop in the address. */
export default function Login() {
  return (
    <PlainPage title="Open Lockstep from your Shopify admin">
      <p>This address does not say which shop it is about, so there is nothing to show here. To open the app:</p>
      <HowToOpen />
    </PlainPage>
  )
}
