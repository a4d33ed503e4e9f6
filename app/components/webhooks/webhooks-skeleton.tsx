import { BlockStack, Card, Page, SkeletonBodyText, Text } from '@shopify/polaris'

/** The places of the page of webhooks while it is being read. */
export function WebhooksSkeleton() {
  return (
    <Page>
      <div role="status">
        <Text as="span" visuallyHidden>
          Loading
        </Text>
      </div>
      <BlockStack gap="400">
        {[2, 4, 16].map((lines) => (
          <Card key={lines}>
            <SkeletonBodyText lines={lines} />
          </Card>
        ))}
      </BlockStack>
    </Page>
  )
}
