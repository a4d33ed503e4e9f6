import { BlockStack, Button, Card, ChoiceList, Form, InlineStack, Select, Text } from '@shopify/polaris'
import { useState } from 'react'
import type { Days } from '~/presenters/home/home-page'
import { CreatedBetween } from './created-between'
import type { DayErrors, Extent, SyncTarget, SyncWish } from './sync-request'

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
  onSync: (wish: SyncWish) => void
  message: SyncMessage | null
  /** What was wrong with the days that were sent last. */
  dayErrors: DayErrors
}

/** Where days are meant, and which one it is. */
export interface SyncNowPlace {
  timezone: string
  today: string
}

/**
 * The page's one action. The button is never disabled, so that it keeps the focus; asking twice for what is already
 * queued does nothing.
 */
export function SyncNow({ onSync, message, dayErrors, timezone, today }: SyncNowProps & SyncNowPlace) {
  const [resource, setResource] = useState<SyncTarget>('all')
  const [extent, setExtent] = useState<Extent>('changes')
  const [days, setDays] = useState<Days>({ from: '', to: '' })
  const [sent, setSent] = useState<Days | null>(null)
  const submit = () => {
    setSent(days)
    onSync({ resource, extent, days })
  }
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Sync now
        </Text>
        <Form onSubmit={submit} noValidate>
          <BlockStack gap="400">
            <Select
              label="What to sync"
              name="resource"
              options={targets}
              value={resource}
              onChange={(value) => setResource(value as SyncTarget)}
            />
            <ChoiceList
              title="How much of it"
              name="extent"
              choices={[
                { value: 'changes', label: 'What changed' },
                {
                  value: 'everything',
                  label: 'Everything again',
                  helpText: 'Compares every record with Shopify. Takes longer.',
                },
                {
                  value: 'created',
                  label: 'Only what was created between two dates',
                  renderChildren: (isSelected) =>
                    isSelected && (
                      // What was wrong is told until it is changed.
                      <CreatedBetween
                        days={days}
                        errors={sent === days ? dayErrors : {}}
                        onChange={setDays}
                        timezone={timezone}
                        today={today}
                      />
                    ),
                },
              ]}
              selected={[extent]}
              onChange={([value]) => setExtent(value as Extent)}
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
