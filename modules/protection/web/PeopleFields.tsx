import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { searchProtectionPeople } from '../protection.contract.ts'
import { roles, type Role } from '../protection.ts'

export type DraftPerson = {
  readonly role: Role
  readonly residentNo: string | null
  readonly name: string
  readonly birthOn: PlainDate | null
  readonly relation: string
}
type Found = OutputOf<typeof searchProtectionPeople>['people'][number]

const Roles = selectOf(roles)
const Digits = textWith({ width: 'middle', inputMode: 'numeric' })

/** Whom a measure is about: found in the register, or written down by name. Nobody's whereabouts are shown. */
export function PeopleFields(props: {
  people: readonly DraftPerson[]
  onChange: (people: readonly DraftPerson[]) => void
  /** The role offered for the next person. */
  next: Role
}): ReactNode {
  const { people, onChange } = props
  const put = (at: number, changed: Partial<DraftPerson>) =>
    onChange(people.map((one, i) => (i === at ? { ...one, ...changed } : one)))
  return (
    <>
      {people.length === 0 && <p>まだだれも入力されていません。下で探して加えてください。</p>}
      <ol style={{ paddingInlineStart: '1.5em' }}>
        {people.map((one, i) => (
          <li key={`${i} ${one.residentNo ?? one.name}`} style={{ marginBlockEnd: '0.75em' }}>
            <strong>{one.name}</strong>
            {`　${one.birthOn ? dateText(one.birthOn) : noValue}　${one.residentNo === null ? '住民登録なし' : `宛名番号 ${one.residentNo}`}`}
            <FieldRow>
              <LooseField
                name={`role-${i}`}
                label={`${i + 1}人目の立場`}
                kind={Roles}
                value={one.role}
                onChange={(role) => role && put(i, { role })}
                required
              />
              <LooseField
                name={`relation-${i}`}
                label={`${i + 1}人目の申出者との関係`}
                kind={Text}
                value={one.relation}
                onChange={(relation) => put(i, { relation })}
              />
            </FieldRow>
            <Button
              size="small"
              label={`${one.name}：入力から除く`}
              onClick={() => onChange(people.filter((_, at) => at !== i))}
            >
              入力から除く
            </Button>
          </li>
        ))}
      </ol>
      <Search onFound={(one) => onChange([...people, { ...one, role: props.next, relation: '' }])} />
    </>
  )
}

function Search(props: {
  onFound: (one: { residentNo: string | null; name: string; birthOn: PlainDate | null }) => void
}): ReactNode {
  const [name, setName] = useState('')
  const [birthOn, setBirthOn] = useState<PlainDate | null>(null)
  const [residentNo, setResidentNo] = useState('')
  const search = useMutation({
    mutationFn: () =>
      call(searchProtectionPeople, {
        ...(name.trim() && { name: name.trim() }),
        ...(birthOn && { birthOn }),
        ...(residentNo.trim() && { residentNo: residentNo.trim() }),
      }),
  })
  const add = ({ residentNo: no, name: full, birthOn: on }: Found) => {
    props.onFound({
      residentNo: no,
      name: full,
      birthOn: /^\d{4}-\d\d-\d\d$/.test(on ?? '') ? (on as PlainDate) : null,
    })
    search.reset()
    setName('')
    setBirthOn(null)
    setResidentNo('')
  }
  const empty = name.trim() === '' && birthOn === null && residentNo.trim() === ''
  return (
    <fieldset>
      <legend>人を探して加える</legend>
      <FieldRow>
        <LooseField name="name" label="氏名" kind={Text} value={name} onChange={setName} />
        <LooseField name="birthOn" label="生年月日" kind={WarekiDate} value={birthOn} onChange={setBirthOn} />
        <LooseField
          name="residentNo"
          label="宛名番号"
          kind={Digits}
          value={residentNo}
          onChange={setResidentNo}
        />
      </FieldRow>
      <div className="button-row">
        <Button
          busy={search.isPending}
          unavailable={empty ? '氏名、生年月日、宛名番号のどれかを入力すると探せます' : null}
          onClick={() => search.mutate()}
        >
          住民記録から探す
        </Button>
        <Button
          unavailable={name.trim() === '' ? '氏名を入力すると加えられます' : null}
          onClick={() => {
            props.onFound({ residentNo: null, name: name.trim(), birthOn })
            setName('')
            setBirthOn(null)
          }}
        >
          住民登録のない人として加える
        </Button>
      </div>
      {search.error && <ErrorSummary error={search.error} />}
      {search.data && (
        <>
          <p role="status">
            {search.data.people.length === 0
              ? '見つかりません。別の読み方で探すか、住民登録のない人として加えてください。'
              : `${search.data.people.length}人見つかりました${search.data.more ? '（ほかにもいます。条件を加えてください）' : ''}`}
          </p>
          <ul>
            {search.data.people.map((one) => (
              <li key={one.residentNo}>
                {one.name}　{one.kana}　{one.birthOn ?? noValue}　宛名番号 {one.residentNo}{' '}
                {one.suppressed && <Badge tone="error">支援措置中</Badge>}{' '}
                <Button size="small" label={`${one.name}を加える`} onClick={() => add(one)}>
                  加える
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </fieldset>
  )
}
