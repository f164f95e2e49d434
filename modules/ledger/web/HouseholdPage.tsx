import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef, useState, type ReactNode } from 'react'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import {
  householdActs,
  householdReasons,
  type HouseholdAct,
  type HouseholdReason,
} from '../household-reasons.ts'
import { changeHousehold } from '../households.contract.ts'
import { getVictim, searchLedger } from '../ledger.contract.ts'
import { birthText, type Victim } from './published/person-text.ts'

type Draft = {
  readonly version: number
  readonly act: HouseholdAct | null
  readonly people: readonly string[]
  readonly other: string | null
  readonly head: string | null
  readonly reasonCode: HouseholdReason | null
  readonly reason: string
}

/** 被災時の世帯の変更: who was one household when the disaster struck, where the register tells otherwise. */
export function HouseholdPage(): ReactNode {
  const personRef = usePathParam('personRef')
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="被災時の世帯の変更"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災者台帳', to: '/ledger' },
        { label: '本人の記載', to: `/ledger/${personRef}` },
        { label: '被災時の世帯の変更' },
      ]}
      lead="支援は、被災したときの世帯で計算します。住民票の世帯と実際が違うときに、ここで直します。住民票は変わりません。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={changeHousehold}>
          <Loading disasterId={disasterId} personRef={personRef} />
        </Allowed>
      )}
    </Page>
  )
}

function Loading(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(getVictim, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return <Change {...props} victim={data} />
}

const Act = radioOf(householdActs)
const Reason = radioOf(householdReasons, 'column')

function draftOf({ householdState }: Victim): Draft {
  const { version } = householdState
  return { version, act: null, people: [], other: null, head: null, reasonCode: null, reason: '' }
}

function Change(props: { disasterId: string; personRef: string; victim: Victim }): ReactNode {
  const { disasterId, personRef, victim } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const [found, setFound] = useState<readonly Person[]>([])
  const members = victim.household.map(({ personRef: value, name }) => ({ value, label: name }))
  // Read once for each person chosen, so that a second try sends the same again.
  const seen = useRef(new Map<string, number>())
  const versionOf = async (ref: string): Promise<number> => {
    const known = seen.current.get(ref)
    if (known !== undefined) return known
    const { version } = (await call(getVictim, { disasterId, personRef: ref })).householdState
    seen.current.set(ref, version)
    return version
  }
  const others = found.filter(({ value }) => !members.some((one) => one.value === value))
  return (
    <>
      <OtherSearch disasterId={disasterId} onFound={setFound} />
      <EditForm
        mode="new"
        initial={draftOf(victim)}
        submitLabel="世帯を変更する"
        check={({ act, people, other, head }) => {
          if (act === 'split' && people.length === 0)
            return [{ pointer: '/people', message: '世帯から分かれる方を選んでください' }]
          if ((act === 'join' || act === 'add') && other === null)
            return [{ pointer: '/other', message: '上で探して、加える方を選んでください' }]
          if (act === 'head' && head === null)
            return [{ pointer: '/head', message: '新しい世帯主を選んでください' }]
          return []
        }}
        onSubmit={async ({ version, act, people, other, head, reasonCode, reason }, { requestId }) => {
          const taking = act === 'join' || act === 'add'
          return await send(
            changeHousehold,
            {
              ...{ disasterId, personRef, version, act: act ?? 'head', head, reason },
              people: taking ? (other === null ? [] : [other]) : act === 'split' ? [...people] : [],
              otherVersion: taking && other !== null ? await versionOf(other) : 0,
              reasonCode: reasonCode ?? 'other',
            },
            requestId,
          )
        }}
        onSaved={({ size }) => {
          toast(`世帯を変更しました（${size}人）`)
          // House, case, support: nearly everything on the pages of these people hangs on who is one household.
          void queries.invalidateQueries()
          void navigate({ to: '/ledger/$personRef', params: { personRef } as never })
        }}
        cancel={
          <Link to="/ledger/$personRef" params={{ personRef }} className="button">
            やめる
          </Link>
        }
      >
        {({ Field, values }) => (
          <>
            <FieldGroup
              legend={`今の世帯（${members.length}人）：${members.map(({ label }) => label).join('、')}`}
            >
              <Field name="act" label="変更の内容" kind={Act} required />
              {values.act === 'split' && (
                <Field name="people" label="世帯から分かれる方" kind={checkGroupOf(members)} />
              )}
              {(values.act === 'join' || values.act === 'add') && (
                <Field
                  name="other"
                  label={values.act === 'join' ? '一つにする世帯のどなたか' : '加える方'}
                  kind={selectOf(others, others.length === 0 ? '上で探してください' : '選択してください')}
                />
              )}
              {values.act !== null && (
                <Field
                  name="head"
                  label={values.act === 'split' ? '分かれた世帯の世帯主' : '世帯主'}
                  kind={selectOf(
                    values.act === 'split'
                      ? members.filter(({ value }) => values.people.includes(value))
                      : [...members, ...others.filter(({ value }) => value === values.other)],
                    values.act === 'head' ? '選択してください' : '変えない・決めていない',
                  )}
                />
              )}
            </FieldGroup>
            <FieldGroup legend="理由">
              <Field name="reasonCode" label="理由" kind={Reason} required />
              <Field
                name="reason"
                label="確かめた方法・補足"
                kind={TextArea}
                hint="例：区長に確認、光熱費の契約が別"
              />
            </FieldGroup>
          </>
        )}
      </EditForm>
    </>
  )
}

type Person = { readonly value: string; readonly label: string }

/** Whoever is to come into the household: looked for as on the page of the ledger. */
function OtherSearch(props: { disasterId: string; onFound: (people: readonly Person[]) => void }): ReactNode {
  const [name, setName] = useState('')
  const [state, setState] = useState<{ found: number; more: boolean } | null>(null)
  const [error, setError] = useState<unknown>(null)
  async function search(): Promise<void> {
    setError(null)
    try {
      const { people, more } = await call(searchLedger, { disasterId: props.disasterId, name })
      setState({ found: people.length, more })
      props.onFound(
        people.map((one) => ({
          value: one.personRef,
          label: `${one.name}（${birthText(one.birth)}${one.residentNo === null ? '、住登外者' : ''}）`,
        })),
      )
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Section title="ほかの方を加えるとき">
      <form
        role="search"
        aria-label="加える方を探す"
        onSubmit={(event) => {
          event.preventDefault()
          void search()
        }}
      >
        <LooseField name="otherName" label="加える方の氏名" kind={Text} value={name} onChange={setName} />
        <Button type="submit">探す</Button>
      </form>
      {error !== null && <ErrorSummary error={error} />}
      {state && (
        <Banner
          tone="information"
          title={`${state.found}人${state.more ? '以上' : ''}見つかりました`}
          announce
        >
          下の「変更の内容」で選んでください。住民登録のない方は、先に
          <Link to="/ledger/new">住登外者として追加</Link>してください。
        </Banner>
      )}
    </Section>
  )
}
