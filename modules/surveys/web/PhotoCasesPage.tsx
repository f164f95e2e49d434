import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { judgePhotos, listPhotoCases } from '../judgements.contract.ts'
import { surveyHazards, type SurveyHazard } from '../rules/rules.ts'
import { undoResult } from '../sheets.contract.ts'
import type { TaskId } from '../surveys.ts'
import { countTasks, listTasks } from '../tasks.contract.ts'
import { PhotoStrip } from './PhotosSection.tsx'

type Case = OutputOf<typeof listPhotoCases>['cases'][number]
type Findings = 'slight' | 'more' | 'unclear' | 'missing'

const Hazard = radioOf<SurveyHazard>(surveyHazards)

/** 自己判定方式: one house after the other, by keyboard. */
export function PhotoCasesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="自己判定方式（写真）"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '自己判定方式（写真）' },
      ]}
      lead="申請者が一部損壊の判定に同意した住家を、写真だけで判定します。迷うときは現地調査にします。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Lane key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

const choices = [
  { key: '1', act: 'slight', label: '一部損壊とする' },
  { key: '2', act: 'more', label: '現地調査へ（10％以上かもしれない）' },
  { key: '3', act: 'unclear', label: '現地調査へ（写真では分からない）' },
  { key: '4', act: 'missing', label: '現地調査へ（必要な写真がない）' },
] as const satisfies readonly { key: string; act: Findings; label: string }[]

function Lane(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const queries = useQueryClient()
  const { data, error } = useQuery({ ...q(listPhotoCases, { disasterId, limit: 20 }), staleTime: Infinity })
  const [hazard, setHazard] = useState<SurveyHazard>('wind')
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [since] = useState(() => Date.now())
  const [tally, setTally] = useState({ done: 0, perHour: 0 })
  const [last, setLast] = useState<{ taskId: TaskId; version: number; taskNo: string } | null>(null)
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const shownAt = useRef(0)
  const left = data?.cases.filter((one) => !gone.has(one.taskId)) ?? []
  const current = left[0]

  useEffect(() => {
    shownAt.current = Date.now()
  }, [current?.taskId])
  useEffect(() => {
    // The strip is eaten up: the next one.
    if (data && left.length === 0 && data.cases.length > 0 && data.waiting > 0)
      void queries.invalidateQueries({ queryKey: [listPhotoCases.name] })
  }, [data, left.length, queries])

  const count = (more: number): void => {
    const hours = Math.max((Date.now() - since) / 3_600_000, 1 / 60)
    setTally(({ done }) => ({ done: done + more, perHour: Math.round((done + more) / hours) }))
  }
  const judge = async (one: Case, act: Findings): Promise<void> => {
    if (busy || (act === 'slight' && one.photoCards.length === 0)) return
    setBusy(true)
    setFailure(null)
    const complete = act !== 'missing'
    const slight =
      act === 'slight'
        ? ('clearly' as const)
        : act === 'more'
          ? ('perhaps-more' as const)
          : ('unclear' as const)
    const findings = {
      ...{ hazard, agreed: true, fourSides: complete, namePlate: complete, nearAndFar: complete },
      ...{ measure: complete, slight },
    } as const
    const seconds = Math.round((Date.now() - shownAt.current) / 1_000)
    const taskId = one.taskId as TaskId
    try {
      const answer = await send(judgePhotos, { taskId, version: one.version, findings, seconds })
      setLast(answer.grade === null ? null : { taskId, version: answer.version, taskNo: one.taskNo })
      count(1)
      setGone((kept) => new Set([...kept, one.taskId]))
    } catch (thrown) {
      setFailure(thrown)
    } finally {
      setBusy(false)
      for (const { name } of [listTasks, countTasks]) void queries.invalidateQueries({ queryKey: [name] })
    }
  }
  const undo = async (): Promise<void> => {
    if (last === null || busy) return
    setBusy(true)
    setFailure(null)
    try {
      const { taskId, version } = last
      await send(undoResult, { taskId, version, reason: '判定の直後に取り消した' })
      setLast(null)
      count(-1)
      await queries.invalidateQueries({ queryKey: [listPhotoCases.name] })
      setGone((kept) => new Set([...kept].filter((one) => one !== taskId)))
    } catch (thrown) {
      setFailure(thrown)
    } finally {
      setBusy(false)
    }
  }
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement && event.target.type !== 'radio'
      if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
      const choice = choices.find((one) => one.key === event.key)
      if (choice && current && can(judgePhotos).allowed) {
        event.preventDefault()
        void judge(current, choice.act)
      } else if (event.key === '9' && current) setGone((kept) => new Set([...kept, current.taskId]))
      else if (event.key === '0') void undo()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })

  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  return (
    <>
      <p role="status">
        {`残り約${Math.max(0, data.waiting - gone.size)}件　この画面で${tally.done}件を判定（1時間あたり約${tally.perHour}件）`}
      </p>
      <LooseField
        name="hazard"
        label="被害の種類"
        kind={Hazard}
        value={hazard}
        onChange={(value) => value && setHazard(value)}
      />
      {failure !== null && <ErrorSummary error={failure} />}
      {last && (
        <Banner tone="success" title={`${last.taskNo}を一部損壊と判定しました`} announce>
          <Button size="small" busy={busy} onClick={() => void undo()}>
            0：いまの判定を取り消す
          </Button>
        </Banner>
      )}
      {current === undefined ? (
        <p>判定を待っている住家はありません。支援措置の対象の住家は、調査の一覧から担当者が扱います。</p>
      ) : (
        <Section title={`${current.taskNo}　${current.address ?? ''}`}>
          <p>
            {[current.headName, current.applicantName].filter((name) => name !== '').join('　／　申請者 ')}
          </p>
          {current.photoCards.length === 0 ? (
            <Banner tone="warning" title="写真がありません。現地調査にしてください。" />
          ) : (
            <PhotoStrip photos={current.photoCards} />
          )}
          <div className="button-row">
            {choices.map((choice) => (
              <Button
                key={choice.key}
                look={choice.act === 'slight' ? 'solid' : 'outline'}
                busy={busy}
                permit={can(judgePhotos)}
                unavailable={
                  choice.act === 'slight' && current.photoCards.length === 0
                    ? '写真がないので判定できません'
                    : null
                }
                onClick={() => void judge(current, choice.act)}
              >
                {`${choice.key}：${choice.label}`}
              </Button>
            ))}
            <Button onClick={() => setGone((kept) => new Set([...kept, current.taskId]))}>
              9：後回しにする
            </Button>
          </div>
          <p className="quiet">数字のキーだけで判定できます。写真を選ぶと大きく表示します。</p>
        </Section>
      )}
    </>
  )
}
