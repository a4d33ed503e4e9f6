import { BlockStack, Text, TextField } from '@shopify/polaris'
import type { Days } from '~/presenters/home/home-page'
import type { DayErrors } from './sync-request'

interface CreatedBetweenProps {
  days: Days
  errors: DayErrors
  onChange: (days: Days) => void
  timezone: string
  today: string
}

/** Two days, both included. */
export function CreatedBetween({ days, errors, onChange, timezone, today }: CreatedBetweenProps) {
  const field = (name: keyof Days, label: string) => (
    <TextField
      type="date"
      label={label}
      name={name}
      value={days[name]}
      max={today}
      error={errors[name]}
      onChange={(value) => onChange({ ...days, [name]: value })}
      autoComplete="off"
    />
  )
  return (
    <BlockStack gap="300">
      {field('from', 'First day')}
      {field('to', 'Last day')}
      <Text as="p" tone="subdued">
        {`Both days are included, in ${timezone}.`}
      </Text>
    </BlockStack>
  )
}
