import { useState, type ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { addProtectionPeople, getProtection, listProtections } from '../protection.contract.ts'
import { PeopleFields, type DraftPerson } from './PeopleFields.tsx'

export function AddPeople(props: { measureId: string; version: number }): ReactNode {
  const toast = useToast()
  const [people, setPeople] = useState<readonly DraftPerson[]>([])
  const [reason, setReason] = useState('')
  return (
    <AskButton
      endpoint={addProtectionPeople}
      input={{ ...props, people: [...people], reason: reason.trim() }}
      invalidates={[getProtection, listProtections]}
      onDone={() => {
        setPeople([])
        setReason('')
        toast('加えました')
      }}
      label="対象者・加害者を加える"
      question="対象者・加害者を加える"
      confirm="加える"
    >
      <p>対象者は、加えた時から保護されます。</p>
      <PeopleFields people={people} onChange={setPeople} next="together" />
      <LooseField
        name="reason"
        label="加える理由"
        kind={TextArea}
        value={reason}
        onChange={setReason}
        required
      />
    </AskButton>
  )
}
