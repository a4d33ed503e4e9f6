import { BlockStack, Button, Card, Checkbox, Form, InlineStack, Select, Text } from '@shopify/polaris'
import { useState } from 'react'
import type { SyncTarget } from './sync-request'

const targets: { value: SyncTarget; label: string }[] = [
  { value: 'all', label: 'All resources' },
  { value: 'products', label: 'Products' },
  { value: 'customers', label: 'Customers' },
  { value: 'orders', label: 'Orders' },
  { value: 'checkouts', label: 'Checkouts' },
]

export interface SyncMessage {
  text: string
  isFailure: boolean
}

export interface SyncNowProps {
  onSync: (target: SyncTarget, force: boolean) => void
  message: SyncMessage | null
}

/**
 * The page's one action. The button is never disabled, so that it keeps the focus; asking twice for what is already
 * queued does nothing.
 */
export function SyncNow({ onSync, message }: SyncNowProps) {
  const [target, setTarget] = useState<SyncTarget>('all')
  const [force, setForce] = useState(false)
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Sync now
        </Text>
        <Form onSubmit={() => onSync(target, force)}>
          <BlockStack gap="400">
            <Select
              label="What to sync"
              name="resource"
              options={targets}
              value={target}
              onChange={(value) => setTarget(value as SyncTarget)}
            />
            <Checkbox
              label="Read everything again"
              name="force"
              helpText="Compares every record with Shopify, not only what changed. Takes longer."
              checked={force}
              onChange={setForce}
            />
            <InlineStack>
              <Button submit variant="primary">
                Sync now
              </Button>
            </InlineStack>
          </BlockStack>
        </Form>
        <div role="status">
          <Text as="p" tone={message?.isFailure ? 'critical' : 'subdued'} breakWord>
            {message?.text ?? 'Runs by itself on a schedule, and whenever Shopify announces a change.'}
          </Text>
        </div>
      </BlockStack>
    </Card>
  )
}
