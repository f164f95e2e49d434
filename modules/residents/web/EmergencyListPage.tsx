import { useEffect, useRef, useState, type ReactNode } from 'react'
import { call, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { beginEmergencyList, countEmergencyAreas, readEmergencyList } from '../emergency.contract.ts'
import {
  emergencyPurposes,
  type EmergencyPurpose,
  type EmergencyScope,
  type ListedPerson,
  type MadeList,
} from '../emergency.ts'
import { EmergencyResult } from './EmergencyResult.tsx'

const Purpose = selectOf(emergencyPurposes)
const Reason = textWith({ maxLength: 200, width: 'wide' })
const scopes = [
  { value: 'everybody', label: '全住民' },
  { value: 'area', label: '町字ごと' },
  { value: 'district', label: '地区ごと（地区管理コード）' },
] as const
const Scope = selectOf<EmergencyScope>(scopes)

type Area = { readonly area: string; readonly people: number }
type Done = { readonly done: number; readonly total: number }
/** 緊急名簿: lists of people for when the town hall cannot be used. Made in parts, so that a large town shows how far it is. */
export function EmergencyListPage(): ReactNode {
  const [list, setList] = useState<MadeList | null>(null)
  return (
    <Page
      title="緊急名簿"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '緊急名簿' }]}
      lead="庁舎や庁内のシステムが使えないときに、中間DBから住民の名簿を作ります。名簿に載った方は一人ずつ、目的・理由とともに記録されます。"
    >
      <div className="screen-only">
        <MakeList onMade={setList} />
      </div>
      {list && <EmergencyResult list={list} />}
    </Page>
  )
}

function MakeList(props: { onMade: (list: MadeList | null) => void }): ReactNode {
  const [purpose, setPurpose] = useState<EmergencyPurpose | null>(null)
  const [reason, setReason] = useState('')
  const [scope, setScope] = useState<EmergencyScope | null>('everybody')
  const [area, setArea] = useState<string | null>(null)
  const [areas, setAreas] = useState<readonly Area[] | null>(null)
  const [progress, setProgress] = useState<Done | null>(null)
  const [error, setError] = useState<unknown>(null)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    const left = new AbortController()
    leaving.current = left
    return () => left.abort()
  }, [])

  const run = (work: () => Promise<void>): void => {
    setError(null)
    work()
      .catch((failed: unknown) => {
        if (!leaving.current.signal.aborted) setError(failed)
      })
      .finally(() => setProgress(null))
  }

  async function readAreas(by: 'area' | 'district'): Promise<void> {
    const counts = new Map<string, number>()
    let after: string | null = null
    let total = 0
    let done = 0
    do {
      const part: Awaited<ReturnType<typeof countPart>> = await countPart(by, after, leaving.current.signal)
      for (const one of part.areas) counts.set(one.area, (counts.get(one.area) ?? 0) + one.people)
      total ||= part.people
      done += part.scanned
      setProgress({ done, total })
      after = part.next
    } while (after !== null)
    setAreas(
      [...counts]
        .map(([name, people]) => ({ area: name, people }))
        .sort((a, b) => (a.area < b.area ? -1 : 1)),
    )
  }

  async function make(): Promise<void> {
    if (purpose === null || scope === null) return
    props.onMade(null)
    const where = scope === 'everybody' ? '' : (area ?? '')
    const begun = await send(beginEmergencyList, { purpose, reason, scope, area: where })
    const people: ListedPerson[] = []
    let after: string | null = null
    let done = 0
    do {
      const part: Awaited<ReturnType<typeof readPart>> = await readPart(
        begun.listId,
        after,
        leaving.current.signal,
      )
      people.push(...part.people)
      done += part.scanned
      setProgress({ done, total: begun.people })
      after = part.next
    } while (after !== null)
    const { withheld, begunAt } = begun
    props.onMade({ people, withheld, begunAt, purpose, title: where === '' ? '全住民' : where })
  }

  const byPlace = scope === 'area' || scope === 'district'
  const missing =
    purpose === null
      ? '目的を選ぶと、作れます。'
      : reason.trim() === ''
        ? '理由を入力すると、作れます。'
        : scope === null || (byPlace && area === null)
          ? '範囲を選ぶと、作れます。'
          : null
  return (
    <Section title="名簿を作る">
      <form
        className="form-body"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (missing === null && progress === null) run(make)
        }}
      >
        <FieldRow>
          <LooseField
            name="purpose"
            label="目的"
            kind={Purpose}
            required
            value={purpose}
            onChange={setPurpose}
          />
          <LooseField
            name="reason"
            label="理由"
            kind={Reason}
            hint="例：庁舎が浸水し、住民記録システムが使えないため"
            required
            value={reason}
            onChange={setReason}
          />
        </FieldRow>
        <FieldRow>
          <LooseField
            name="scope"
            label="範囲"
            kind={Scope}
            required
            value={scope}
            onChange={(chosen) => {
              setScope(chosen)
              setArea(null)
              setAreas(null)
              if (chosen === 'area' || chosen === 'district') run(() => readAreas(chosen))
            }}
          />
          {byPlace && areas && areas.length > 0 && (
            <LooseField
              name="area"
              label={scope === 'area' ? '町字' : '地区'}
              kind={selectOf(
                areas.map((one) => ({ value: one.area, label: `${one.area}（${one.people}人）` })),
              )}
              required
              value={area}
              onChange={setArea}
            />
          )}
        </FieldRow>
        {byPlace && areas?.length === 0 && (
          <Banner tone="warning" title="届いている住民情報に、この区分がありません" announce>
            別の範囲を選んでください。
          </Banner>
        )}
        <Banner tone="information" title="支援措置の対象の方">
          全住民の名簿には、住所を伏せて載せます。町字・地区の名簿には載せません。載っていることで居場所が分かるためです。
        </Banner>
        {progress && <Progress label="調べています" done={progress.done} total={progress.total} unit="人" />}
        {error !== null && <ErrorSummary error={error} />}
        <div className="button-row">
          <Button type="submit" look="solid" unavailable={progress === null ? missing : '作っています。'}>
            名簿を作る
          </Button>
        </div>
      </form>
    </Section>
  )
}

const countPart = (by: 'area' | 'district', after: string | null, signal: AbortSignal) =>
  call(countEmergencyAreas, { by, after }, signal)
const readPart = (listId: string, after: string | null, signal: AbortSignal) =>
  call(readEmergencyList, { listId, after }, signal)
