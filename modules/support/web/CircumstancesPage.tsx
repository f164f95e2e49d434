import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import type { FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { circumstanceFields, type CircumstanceKey, type Circumstances } from '../rules/facts.ts'
import { contradicts } from '../rules/recorded.ts'
import { getHouseholdSupport, saveCircumstances } from '../support.contract.ts'
import type { Household } from './support-text.ts'

type Values = RawInputOf<typeof saveCircumstances>['circumstances']
type Harmed = NonNullable<Values['harmed']>[number]

const yesNo = [
  { value: 'yes', label: 'はい' },
  { value: 'no', label: 'いいえ' },
] as const
const Told = selectOf<'yes' | 'no'>(yesNo, '不明')
/** Of what is on record an empty answer is the record's. */
const AsRecorded = selectOf<'yes' | 'no'>(yesNo, '記録のとおり')
const People = wholeNumberOf({ unit: '人', minimum: 0, maximum: 50 })
const Percent = wholeNumberOf({ unit: '％', minimum: 0, maximum: 100 })
const Harm = selectOf<'dead' | 'disabled'>(
  [
    { value: 'dead', label: '亡くなった' },
    { value: 'disabled', label: '重い障害を負った（法の別表）' },
  ],
  '該当しない',
)
const Asked = selectOf<'yes'>([{ value: 'yes', label: '全員について確かめた' }], 'まだ確かめていない')

/** 世帯の事情, on a page of its own: what stays 「不明」 is taken for nothing, and the programmes that hang on it say so. */
export function CircumstancesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const personRef = usePathParam('personRef')
  const crumbs = [
    { label: 'メインメニュー', to: '/' },
    { label: '支援制度', to: '/support' },
    { label: '世帯の事情' },
  ]
  return (
    <Page
      title="世帯の事情"
      crumbs={crumbs}
      lead="台帳・申請書・調査票などの記録からわかることは、入れなくても使います。記録にないこと、記録と違うことだけを入れてください。「不明」のままの項目は判定に使わず、足りない事情として示します。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Loaded key={personRef} disasterId={disasterId} personRef={personRef} />
      )}
    </Page>
  )
}

function Loaded(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(getHouseholdSupport, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <p>
        災害時の世帯：{data.members.map(({ name, head }) => (head ? `${name}（世帯主）` : name)).join('、')}
      </p>
      <CircumstancesForm {...props} household={data} />
    </>
  )
}

function CircumstancesForm(props: {
  disasterId: string
  personRef: string
  household: Household
}): ReactNode {
  const { disasterId, personRef, household } = props
  const { circumstancesVersion } = household
  // Of who died by the record, more is asked here: whether they kept the family.
  const { harmed } = household.circumstances
  const [values, setValues] = useState<Values>({ ...household.told, harmed })
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(household.recorded.flatMap(({ key, reason }) => (reason ? [[key, reason]] : []))),
  )
  const toast = useToast()
  const navigate = useNavigate()
  const back = { to: '/support/households/$personRef', params: { personRef } } as const
  const permit = useCan()(saveCircumstances)
  const saving = useSend(saveCircumstances, {
    invalidates: [getHouseholdSupport],
    onDone: () => {
      toast('世帯の事情を登録しました')
      void navigate({ ...back, search: true } as never)
    },
  })
  const set = (key: string, value: unknown) => setValues({ ...values, [key]: value })
  return (
    <SendForm
      sending={saving}
      label="世帯の事情を登録"
      permit={permit}
      onSend={() =>
        saving.start({ disasterId, personRef, circumstancesVersion, circumstances: values, reasons })
      }
      beside={
        <Link to="/support/households/$personRef" params={{ personRef }} className="button">
          やめる
        </Link>
      }
    >
      <FieldGroup legend="住まいとくらし">
        <FieldRow>
          {circumstanceFields.map((field) => {
            const value = values[field.key as keyof Values]
            const record = household.recorded.find(({ key }) => key === field.key)
            const hint = record && `記録：${record.text}／${record.from}`
            const shared = { name: field.key, label: field.label, ...(hint ? { hint } : {}) }
            if (field.kind === 'yes-no')
              return (
                <LooseField<'yes' | 'no' | null>
                  key={field.key}
                  {...shared}
                  kind={record ? AsRecorded : Told}
                  value={value === null ? null : value === true ? 'yes' : 'no'}
                  onChange={(told) => set(field.key, told === null ? null : told === 'yes')}
                />
              )
            if (field.kind === 'choice')
              return (
                <LooseField
                  key={field.key}
                  {...shared}
                  kind={selectOf(field.options, record ? '記録のとおり' : '不明')}
                  value={value as string | null}
                  onChange={(told) => set(field.key, told)}
                />
              )
            const kind: FieldKind<number | null> =
              field.kind === 'yen' ? Yen : field.kind === 'percent' ? Percent : People
            return (
              <LooseField
                key={field.key}
                {...shared}
                kind={kind}
                value={value as number | null}
                onChange={(told) => set(field.key, told)}
              />
            )
          })}
        </FieldRow>
      </FieldGroup>
      <Differing
        household={household}
        values={values}
        reasons={reasons}
        onChange={(key, reason) => setReasons({ ...reasons, [key]: reason })}
      />
      <HarmedPeople
        household={household}
        harmed={values.harmed}
        onChange={(harmed) => setValues({ ...values, harmed })}
      />
    </SendForm>
  )
}

/** What was answered otherwise than the record has it: why. */
function Differing(props: {
  household: Household
  values: Values
  reasons: Readonly<Record<string, string>>
  onChange: (key: string, reason: string) => void
}): ReactNode {
  const { household, values, reasons, onChange } = props
  const onRecord = { circumstances: household.onRecord as Circumstances, from: {} }
  const different = household.recorded.filter(({ key }) =>
    contradicts(key as CircumstanceKey, values as Circumstances, onRecord),
  )
  if (different.length === 0) return null
  return (
    <FieldGroup legend="記録と違う内容を入れた理由">
      {different.map(({ key, label, text, from }) => (
        <LooseField
          key={key}
          name={`reasons/${key}`}
          label={`「${label}」が記録と違う理由`}
          hint={`記録：${text}／${from}`}
          kind={Text}
          value={reasons[key] ?? ''}
          onChange={(reason) => onChange(key, reason)}
          required
        />
      ))}
    </FieldGroup>
  )
}

function HarmedPeople(props: {
  household: Household
  harmed: Values['harmed']
  onChange: (harmed: Values['harmed']) => void
}): ReactNode {
  const { household, harmed, onChange } = props
  const change = (personRef: string, over: Partial<Harmed> | null) => {
    const others = (harmed ?? []).filter((one) => one.personRef !== personRef)
    const known = harmed?.find((one) => one.personRef === personRef)
    const blank: Harmed = { personRef, harm: 'dead', supporter: null, barred: null, disabilityPaidYen: 0 }
    onChange(over === null ? others : [...others, { ...(known ?? blank), ...over }])
  }
  const toTold = (value: boolean | null) =>
    value === null ? null : value ? ('yes' as const) : ('no' as const)
  const fromTold = (told: 'yes' | 'no' | null) => (told === null ? null : told === 'yes')
  return (
    <FieldGroup legend="亡くなった方・障害を負った方">
      <LooseField<'yes' | null>
        name="asked"
        label="確認"
        kind={Asked}
        value={harmed === null ? null : 'yes'}
        onChange={(asked) => onChange(asked === null ? null : [])}
      />
      {harmed !== null &&
        household.members.map(({ personRef, name }) => {
          const one = harmed.find((found) => found.personRef === personRef)
          return (
            <FieldGroup key={personRef} legend={name}>
              <LooseField
                name={`harm-${personRef}`}
                label="災害による被害"
                kind={Harm}
                value={one?.harm ?? null}
                onChange={(harm) => change(personRef, harm === null ? null : { harm })}
              />
              {one && (
                <>
                  <LooseField
                    name={`supporter-${personRef}`}
                    label="生計を主に維持していた"
                    kind={Told}
                    value={toTold(one.supporter)}
                    onChange={(told) => change(personRef, { supporter: fromTold(told) })}
                  />
                  <LooseField
                    name={`barred-${personRef}`}
                    label="故意・重大な過失、又は業務上の給付がある"
                    kind={Told}
                    value={toTold(one.barred)}
                    onChange={(told) => change(personRef, { barred: fromTold(told) })}
                  />
                  {one.harm === 'dead' && (
                    <LooseField
                      name={`paid-${personRef}`}
                      label="既に支給した災害障害見舞金"
                      kind={Yen}
                      value={one.disabilityPaidYen}
                      onChange={(paid) => change(personRef, { disabilityPaidYen: paid ?? 0 })}
                    />
                  )}
                </>
              )}
            </FieldGroup>
          )
        })}
    </FieldGroup>
  )
}
