import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { searchLedger } from '../../ledger/ledger.contract.ts'
import type { PersonRef } from '../../ledger/ledger.ts'
import { birthText } from '../../ledger/web/published/person-text.ts'
import { getArrival, listArrivals, takeOverArrival } from '../arrivals.contract.ts'

type Loaded = OutputOf<typeof getArrival>
type Choice = { readonly value: string; readonly label: string }

const anew: Choice = { value: 'new', label: '台帳に新しく載せる（住登外者・避難者）' }

/** Into the ledger chosen above: first the ledger is searched, so that nobody is in it twice. */
export function TakeOver({ one }: { one: Loaded }): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Section title="被災者台帳へ引き継ぐ">
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Form key={`${disasterId} ${one.version}`} one={one} disasterId={disasterId} />
      )}
    </Section>
  )
}

function Form({ one, disasterId }: { one: Loaded; disasterId: string }): ReactNode {
  const toast = useToast()
  const [found, setFound] = useState<Readonly<Record<string, readonly Choice[]>> | null>(null)
  const [chosen, setChosen] = useState<Readonly<Record<string, string | null>>>({})
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  async function search(): Promise<void> {
    setError(null)
    setBusy(true)
    try {
      const choices: Record<string, readonly Choice[]> = {}
      for (const { personKey, name } of one.people) {
        const { people } = await call(searchLedger, { disasterId, name })
        choices[personKey] = people.map((person) => ({
          value: person.personRef,
          label: `${person.name}（${birthText(person.birth)}）と同じ方`,
        }))
      }
      setFound(choices)
      // Whoever has nobody of the same name needs no choice.
      setChosen(
        Object.fromEntries(
          Object.entries(choices).map(([key, people]) => [key, people.length === 0 ? 'new' : null]),
        ),
      )
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  const undecided = one.people.some(({ personKey }) => (chosen[personKey] ?? null) === null)
  return (
    <>
      <p>上で選んだ災害の台帳に載せます。先に、同じ方がすでに載っていないかを探します。</p>
      <div className="button-row">
        <Button busy={busy} onClick={() => void search()}>
          同じ方が台帳にいないか探す
        </Button>
      </div>
      {error !== null && <ErrorSummary error={error} />}
      <p role="status">{found !== null && '探しました。一人ずつ選んでください。'}</p>
      {found !== null && (
        <>
          {one.people.map(({ personKey, name, birth }) => (
            <LooseField
              key={personKey}
              name={personKey}
              label={`${name}（${birthText(birth)}）`}
              kind={radioOf([anew, ...(found[personKey] ?? [])], 'column')}
              value={chosen[personKey] ?? null}
              onChange={(value) => setChosen((kept) => ({ ...kept, [personKey]: value }))}
              required
            />
          ))}
          {undecided ? (
            <p>全員を選ぶと、引き継げます。</p>
          ) : (
            <div className="button-row">
              <AskButton
                endpoint={takeOverArrival}
                input={{
                  ...{ transferId: one.transferId, version: one.version, disasterId },
                  people: one.people.map(({ personKey }) => ({
                    personKey,
                    personRef: chosen[personKey] === 'new' ? null : (chosen[personKey] as PersonRef),
                  })),
                }}
                invalidates={[getArrival, listArrivals]}
                label="引き継ぐ"
                question={`${one.people.length}人を引き継ぎますか？`}
                confirm="引き継ぐ"
                onDone={() => toast('引き継ぎました。避難元に知らせました')}
              >
                <p>台帳に記載され、避難元に「引き継いだ」と伝わります。</p>
              </AskButton>
            </div>
          )}
        </>
      )}
    </>
  )
}
