import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call, q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useFactWords, useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { careLevelCodes } from '../../interfaces/definitions/welfare.ts'
import { getItemSheet } from '../../ledger/items.contract.ts'
import { countExtraction, listExtractions, saveExtraction } from '../extraction.contract.ts'
import { tellsPlace, type Conditions } from '../extraction.ts'

type Counted = OutputOf<typeof countExtraction>

const noCondition: Conditions = {
  ...{ ageFrom: null, ageTo: null, sexes: [], sizeFrom: null, sizeTo: null, elderlyOnly: false },
  ...{ area: '', careLevels: [], disability: false, entered: null, items: [], facts: [] },
}

const Age = wholeNumberOf({ unit: '歳', minimum: 0, maximum: 130 })
const Size = wholeNumberOf({ unit: '人', minimum: 1, maximum: 50 })
const Sexes = checkGroupOf([
  { value: '1', label: '男' },
  { value: '2', label: '女' },
  { value: '3', label: '不明' },
] as const)
const Elderly = checkboxOf('65歳以上だけの世帯')
const Disability = checkboxOf('障害者手帳などの記録がある方')
const CareLevels = checkGroupOf(Object.entries(careLevelCodes).map(([value, label]) => ({ value, label })))
const Entered = selectOf(
  [
    { value: 'yes', label: '台帳に記載がある方' },
    { value: 'no', label: '台帳にまだ記載がない方' },
  ] as const,
  '問わない',
)
/** Stands for "nothing was told" among the choices of an item. */
const UNTOLD = 'untold'

/** 条件を決めて抽出する: count first, then keep the list. */
export function NewExtractionPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="条件を決めて抽出する"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '援護対象者抽出', to: '/extraction' },
        { label: '条件を決めて抽出する' },
      ]}
      lead="入力した条件の、すべてに合う方を数えます。人数を確かめてから、一覧として保存します。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={countExtraction}>
          <Form disasterId={disasterId} />
        </Allowed>
      )}
    </Page>
  )
}

function Form(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const [conditions, setConditions] = useState(noCondition)
  const [counted, setCounted] = useState<{ of: Conditions; answer: Counted } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const put = (changed: Partial<Conditions>): void => setConditions((kept) => ({ ...kept, ...changed }))
  async function count(): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      const answer = await call(countExtraction, { disasterId, conditions: sent(conditions) })
      setCounted({ of: conditions, answer })
    } catch (caught) {
      setCounted(null)
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <form
        className="form-body"
        aria-label="抽出の条件"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void count()
        }}
      >
        <People conditions={conditions} put={put} />
        <Told conditions={conditions} put={put} />
        <div className="button-row">
          <Button type="submit" look="solid" busy={busy}>
            人数を数える
          </Button>
          <Button onClick={() => setConditions(noCondition)}>条件を消す</Button>
          <Link to="/extraction" className="button">
            やめる
          </Link>
        </div>
      </form>
      {error !== null && <ErrorSummary error={error} />}
      {counted && counted.of === conditions && (
        <Save disasterId={disasterId} conditions={conditions} counted={counted.answer} />
      )}
    </>
  )
}

type Parts = { readonly conditions: Conditions; readonly put: (changed: Partial<Conditions>) => void }

function People({ conditions, put }: Parts): ReactNode {
  return (
    <FieldGroup legend="人と世帯">
      <FieldRow>
        <LooseField
          name="ageFrom"
          label="年齢（から）"
          kind={Age}
          hint="災害が起きた日の年齢"
          value={conditions.ageFrom}
          onChange={(ageFrom) => put({ ageFrom })}
        />
        <LooseField
          name="ageTo"
          label="年齢（まで）"
          kind={Age}
          value={conditions.ageTo}
          onChange={(ageTo) => put({ ageTo })}
        />
      </FieldRow>
      <LooseField
        name="sexes"
        label="性別"
        kind={Sexes}
        value={conditions.sexes}
        onChange={(sexes) => put({ sexes })}
      />
      <FieldRow>
        <LooseField
          name="sizeFrom"
          label="被災時の世帯の人数（から）"
          kind={Size}
          value={conditions.sizeFrom}
          onChange={(sizeFrom) => put({ sizeFrom })}
        />
        <LooseField
          name="sizeTo"
          label="被災時の世帯の人数（まで）"
          kind={Size}
          hint="一人暮らしは「1」"
          value={conditions.sizeTo}
          onChange={(sizeTo) => put({ sizeTo })}
        />
      </FieldRow>
      <LooseField
        name="elderlyOnly"
        label="高齢者だけの世帯"
        kind={Elderly}
        value={conditions.elderlyOnly}
        onChange={(elderlyOnly) => put({ elderlyOnly })}
      />
      <LooseField
        name="area"
        label="地域"
        kind={Text}
        hint="住所の一部。例：古川町壱之町。支援措置の対象者は、地域では抽出されません"
        value={conditions.area}
        onChange={(area) => put({ area })}
      />
    </FieldGroup>
  )
}

/** What was told to the ledger or by the town's other registers. */
function Told({ conditions, put }: Parts): ReactNode {
  const sheet = useQuery(q(getItemSheet, {}))
  const words = useFactWords()
  const picked = Object.entries(words).flatMap(([kind, { picked: by }]) => (by ? [{ kind, by }] : []))
  const items = sheet.data?.items.filter(({ shown, choices }) => shown && choices !== undefined) ?? []
  const codesOf = (key: string): readonly string[] => {
    const one = conditions.items.find((item) => item.key === key)
    return one === undefined ? [] : one.codes.length === 0 ? [UNTOLD] : one.codes
  }
  const putItem = (key: string, codes: readonly string[]): void => {
    const others = conditions.items.filter((item) => item.key !== key)
    const untold = codes.includes(UNTOLD) && !codesOf(key).includes(UNTOLD)
    const chosen = codes.filter((code) => code !== UNTOLD)
    const none = !untold && chosen.length === 0
    put({ items: none ? others : [...others, { key, codes: untold ? [] : chosen }] })
  }
  return (
    <FieldGroup legend="被害・配慮・聞き取り">
      {picked.map(({ kind, by }) => (
        <LooseField
          key={kind}
          name={kind}
          label={by.title}
          hint="世帯のどなたかの申請について、最も新しいもの"
          kind={checkGroupOf(by.options)}
          value={conditions.facts.find((fact) => fact.kind === kind)?.values ?? []}
          onChange={(values) => {
            const others = conditions.facts.filter((fact) => fact.kind !== kind)
            put({ facts: values.length === 0 ? others : [...others, { kind, code: by.code, values }] })
          }}
        />
      ))}
      {items.map(({ key, name, choices }) => (
        <LooseField
          key={key}
          name={key}
          label={name}
          kind={checkGroupOf([...(choices ?? []), { value: UNTOLD, label: '（まだ記録がない方）' }])}
          value={codesOf(key)}
          onChange={(codes) => putItem(key, codes)}
        />
      ))}
      <LooseField
        name="careLevels"
        label="要介護状態区分（介護保険の記録）"
        kind={CareLevels}
        value={conditions.careLevels}
        onChange={(careLevels) => put({ careLevels })}
      />
      <LooseField
        name="disability"
        label="障害者福祉の記録"
        kind={Disability}
        value={conditions.disability}
        onChange={(disability) => put({ disability })}
      />
      <LooseField<'yes' | 'no' | null>
        name="entered"
        label="台帳の記載"
        kind={Entered}
        value={conditions.entered === null ? null : conditions.entered ? 'yes' : 'no'}
        onChange={(entered) => put({ entered: entered === null ? null : entered === 'yes' })}
      />
    </FieldGroup>
  )
}

/** The contract's input: arrays that may be changed. */
function sent(conditions: Conditions) {
  return {
    ...conditions,
    sexes: [...conditions.sexes],
    careLevels: [...conditions.careLevels],
    items: conditions.items.map(({ key, codes }) => ({ key, codes: [...codes] })),
    facts: conditions.facts.map(({ values, ...fact }) => ({ ...fact, values: [...values] })),
  }
}

function Save(props: { disasterId: string; conditions: Conditions; counted: Counted }): ReactNode {
  const { disasterId, conditions, counted } = props
  const navigate = useNavigate()
  const toast = useToast()
  const [name, setName] = useState('')
  const saving = useSend(saveExtraction, {
    invalidates: [listExtractions],
    onDone: ({ listId, people }) => {
      toast(`${people}人の一覧を保存しました`)
      void navigate({ to: '/extraction/$listId', params: { listId } as never })
    },
  })
  return (
    <Section title="数えた結果">
      <Banner tone="information" title={`条件に合う方は${counted.count}人です`} announce>
        {tellsPlace(conditions)
          ? '居場所が分かる条件があるため、支援措置の対象者は数えていません。支援措置の担当者に確かめてください。'
          : counted.suppressed > 0
            ? `うち${counted.suppressed}人は支援措置の対象者です。一覧に住所は表示されません。`
            : null}
      </Banner>
      {counted.count > 0 && (
        <>
          <LooseField
            name="listName"
            label="一覧の名前"
            kind={Text}
            hint="例：一人暮らし高齢者の見守り（12月）"
            value={name}
            onChange={setName}
            required
          />
          {saving.error && <ErrorSummary error={saving.error} />}
          <Button
            look="solid"
            busy={saving.busy}
            unavailable={name.trim() === '' ? '一覧の名前を入力してください' : null}
            onClick={() => saving.start({ disasterId, name, conditions: sent(conditions) })}
          >
            一覧として保存する
          </Button>
        </>
      )}
    </Section>
  )
}
