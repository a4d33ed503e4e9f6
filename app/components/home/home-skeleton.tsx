import { BlockStack, Card, InlineGrid, Page, SkeletonBodyText, SkeletonDisplayText, Text } from '@shopify/polaris'

/** The home page's places while it is being read. */
export function HomeSkeleton() {
  return (
    <Page>
      <div role="status">
        <Text as="span" visuallyHidden>
          Loading
        </Text>
      </div>
      <BlockStack gap="400">
        <Card>
          <SkeletonBodyText lines={2} />
        </Card>
        <InlineGrid columns={{ xs: 1, md: 3 }} gap="400">
          {['first', 'second', 'third'].map((key) => (
            <Card key={key}>
              <BlockStack gap="400">
                <SkeletonBodyText lines={1} />
                <SkeletonDisplayText size="large" />
                <SkeletonBodyText lines={3} />
              </BlockStack>
            </Card>
          ))}
        </InlineGrid>
        <Card>
          <SkeletonBodyText lines={8} />
        </Card>
      </BlockStack>
    </Page>
  )
}
