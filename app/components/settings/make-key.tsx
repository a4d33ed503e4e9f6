import { Button, Form, TextField } from '@shopify/polaris'
import { useState } from 'react'

interface MakeKeyProps {
  error: string | null
  isMaking: boolean
  onMake: (name: string) => void
}

/** The button is never disabled, so that it keeps the focus. */
export function MakeKey({ error, isMaking, onMake }: MakeKeyProps) {
  const [name, setName] = useState('')
  const [sent, setSent] = useState<string | null>(null)
  const submit = () => {
    if (isMaking) return
    setSent(name)
    onMake(name)
  }
  return (
    <Form onSubmit={submit} noValidate>
      <TextField
        label="Name"
        name="name"
        value={name}
        onChange={setName}
        // What was wrong is told until it is changed.
        error={sent === name && error !== null ? error : undefined}
        helpText="What the key is for, such as the program that will use it."
        autoComplete="off"
        connectedRight={
          <Button submit variant="primary">
            Create API key
          </Button>
        }
      />
    </Form>
  )
}
