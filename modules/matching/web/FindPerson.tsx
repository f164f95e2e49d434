import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { searchLedger } from '../../ledger/ledger.contract.ts'
import { birthText, concealedAddress, type PersonRow } from '../../ledger/web/published/person-text.ts'

/** Looks for somebody of the ledger by name, and lets `act` stand beside each who is found. */
export function FindPerson(props: {
  disasterId: string
  residentsOnly: boolean
  act: (person: PersonRow) => ReactNode
}): ReactNode {
  const [name, setName] = useState('')
  const [asked, setAsked] = useState('')
  const { data, error } = useQuery({
    ...q(searchLedger, { disasterId: props.disasterId, name: asked }),
    enabled: asked !== '',
  })
  const people = data?.people.filter(({ residentNo }) => !props.residentsOnly || residentNo !== null)
  return (
    <form
      role="search"
      aria-label="台帳の方を探す"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(name.trim())
      }}
    >
      <LooseField
        name="find"
        label="氏名で台帳から探す"
        kind={Text}
        hint="一部でも、異体字でも探せます"
        value={name}
        onChange={setName}
      />
      <Button type="submit">探す</Button>
      {error && <ErrorSummary error={error} />}
      {people?.length === 0 && <p>台帳に、その名前の方はいません。</p>}
      <ul style={{ paddingInlineStart: 0, listStyle: 'none' }}>
        {people?.map((person) => (
          <li
            key={person.personRef}
            className="button-row"
            style={{ alignItems: 'center', marginBlock: '0.5em' }}
          >
            <span>
              {person.name}（{birthText(person.birth)}）{person.address ?? concealedAddress}
            </span>
            {props.act(person)}
          </li>
        ))}
      </ul>
    </form>
  )
}
