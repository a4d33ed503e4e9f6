import { Banner, BlockStack, Button, InlineStack, Page, Text } from '@shopify/polaris'

/** In place of a page that could not be shown: what happened, whether data is at risk, what to do. */
export function TroublePage({ onRetry }: { onRetry: () => void }) {
  return (
    <Page>
      <Banner tone="critical" title="This page could not be shown">
        <BlockStack gap="300">
          <Text as="p">
            Something failed in Lockstep while it put the page together. Your shop and the copy of its data are not at
            risk: nothing was changed, and syncing goes on.
          </Text>
          <Text as="p">Try again in a moment. If it keeps happening, contact support and say what time it was.</Text>
          <InlineStack>
            <Button onClick={onRetry}>Try again</Button>
          </InlineStack>
        </BlockStack>
      </Banner>
    </Page>
  )
}
