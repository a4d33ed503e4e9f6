import { Banner, BlockStack, Box, Button, Card, IndexTable, InlineStack, Text } from '@shopify/polaris'
import { useState } from 'react'
import type { SubscriptionsPart } from '~/presenters/settings/settings-page'
import { AskFirst } from './ask-first'

const resourceName = { singular: 'subscription', plural: 'subscriptions' }

export interface SubscriptionsProps {
  part: SubscriptionsPart
  /** What became of what was asked for last. */
  message: { text: string; isFailure: boolean } | null
  isChanging: boolean
  isReading: boolean
  onChange: (intent: 'register' | 'unregister') => void
  onRetry: () => void
}

/** How this shop's webhooks come, and the subscriptions that were made for it alone. */
export function Subscriptions({ part, message, isChanging, isReading, onChange, onRetry }: SubscriptionsProps) {
  const [isAsking, setIsAsking] = useState(false)
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="400">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              Webhook subscriptions
            </Text>
            <Text as="p" tone="subdued">
              {part.explanation}
            </Text>
          </BlockStack>
          {part.failure !== null && (
            <Banner tone="warning" title="The subscriptions of this shop could not be read">
              <BlockStack gap="300">
                <Text as="p">{part.failure}</Text>
                <InlineStack>
                  <Button onClick={onRetry} loading={isReading}>
                    Try again
                  </Button>
                </InlineStack>
              </BlockStack>
            </Banner>
          )}
          {part.standing && (
            <Text as="p" tone={part.standing.isFailure ? 'critical' : undefined}>
              {part.standing.text}
            </Text>
          )}
          {(part.canRegister || part.canRemove) && (
            <InlineStack gap="300">
              {part.canRegister && <Button onClick={() => !isChanging && onChange('register')}>Register</Button>}
              {part.canRemove && (
                <Button tone="critical" onClick={() => setIsAsking(true)}>
                  Remove
                </Button>
              )}
            </InlineStack>
          )}
          <div role="status">
            <Text as="span" tone={message?.isFailure ? 'critical' : 'subdued'}>
              {isChanging ? 'Asking Shopify …' : message?.text}
            </Text>
          </div>
        </BlockStack>
      </Box>
      {part.failure === null && <List part={part} />}
      {isAsking && (
        <AskFirst
          title="Remove the subscriptions of this shop?"
          text="Shopify no longer announces these topics to Lockstep. What changes then is seen with the next scheduled sync only, unless the app itself subscribes to it."
          confirm="Remove subscriptions"
          isBusy={isChanging}
          onClose={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false)
            onChange('unregister')
          }}
        />
      )}
    </Card>
  )
}

function List({ part: { lines } }: { part: SubscriptionsPart }) {
  if (lines.length === 0) {
    return (
      <Box padding="400" paddingBlockStart="0">
        <Text as="p">There are no subscriptions for this shop alone.</Text>
      </Box>
    )
  }
  return (
    <IndexTable
      resourceName={resourceName}
      itemCount={lines.length}
      selectable={false}
      headings={[{ title: 'Topic' }, { title: 'Address' }, { title: 'Leads to' }]}
    >
      {lines.map(({ id, topic, uri, isManaged }, position) => (
        <IndexTable.Row id={id} key={id} position={position}>
          <IndexTable.Cell>
            <Text as="span" fontWeight="medium">
              {topic}
            </Text>
          </IndexTable.Cell>
          <IndexTable.Cell className="wrapping-cell">
            <Text as="span" breakWord>
              {uri}
            </Text>
          </IndexTable.Cell>
          <IndexTable.Cell>{isManaged ? 'Lockstep' : 'Elsewhere'}</IndexTable.Cell>
        </IndexTable.Row>
      ))}
    </IndexTable>
  )
}
