import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { gradeLabel } from '../../disasters/grades.ts'
import { judgeArea, listAreaJudgements, undoAreaJudgement } from '../judgements.contract.ts'
import { isArea, type Ring } from '../places.ts'
import type { TaskId } from '../surveys.ts'
import { countTasks, listTasks, mapTasks } from '../tasks.contract.ts'
import { RingMap } from './RingMap.tsx'

const Way = radioOf<'aerial' | 'corners'>(
  [
    { value: 'aerial', label: '航空写真など', hint: '区域のすべての住家が、明らかに全壊' },
    { value: 'corners', label: '浸水区域の四隅の住家', hint: '四隅の住家の浸水深から、区域全体を判定' },
  ],
  'column',
)
const Force = checkboxOf('外力（越流・決壊など）による損傷がある')
const Houses = checkboxOf('家屋台帳にあって、まだ調査対象でない住宅も加えて判定する')
const Lost = checkboxOf('区域のすべての住家が、明らかに全壊であることを確かめた')

/** 被災区域の一括判定: a line on the map, the rules' grade, a dry run, and a way back. */
export function AreaPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="区域の一括判定"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '区域の一括判定' },
      ]}
      lead="地図で区域を囲み、運用指針に当てはまるときだけ、区域の住家をまとめて判定します。後から取り消せます。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <>
          <Judge key={disasterId} disasterId={disasterId} />
          <Judgements disasterId={disasterId} />
        </>
      )}
    </Page>
  )
}

const after = [listAreaJudgements, listTasks, countTasks, mapTasks]

function Judge(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const today = useToday()
  const [ring, setRing] = useState<Ring>([])
  const [way, setWay] = useState<'aerial' | 'corners' | null>('corners')
  const [lost, setLost] = useState(false)
  const [force, setForce] = useState(false)
  const [depths, setDepths] = useState('')
  const [surveyedOn, setSurveyedOn] = useState<PlainDate | null>(today)
  const [reason, setReason] = useState('')
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set())
  const [withHouses, setWithHouses] = useState(false)
  const [plan, setPlan] = useState<(OutputOf<typeof judgeArea> & { stale?: boolean }) | null>(null)
  const [judgementId, setJudgementId] = useState(() => uuidv7())
  const sending = useSend(judgeArea, {
    invalidates: after,
    onDone: (answer) => {
      setPlan(answer)
      if (answer.done) {
        setRing([])
        setJudgementId(uuidv7())
        setLeftOut(new Set())
      }
    },
  })
  const again =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value)
      setPlan(null)
    }
  const cornerDepthsCm = depths
    .normalize('NFKC')
    .split(/[、,\s]+/)
    .filter((word) => word !== '')
    .map(Number)
  const wrongDepths =
    cornerDepthsCm.length === 0 || cornerDepthsCm.some((depth) => !(depth >= 0 && depth <= 2000))
  const start = (expected: number | null): void =>
    sending.start({
      judgementId,
      disasterId,
      ring: ring.map(([x, y]): [number, number] => [x, y]),
      findings:
        way === 'aerial'
          ? { way: 'aerial', everyHouseLost: lost }
          : { way: 'corners', externalForce: force, cornerDepthsCm },
      surveyedOn: surveyedOn ?? '',
      reason,
      leftOut: (plan?.tasks ?? []).flatMap(({ taskId }) => (leftOut.has(taskId) ? [taskId as TaskId] : [])),
      withHouses,
      leftOutHouses: (plan?.houses ?? []).flatMap(({ dwellingId }) =>
        leftOut.has(dwellingId) ? [dwellingId] : [],
      ),
      expected,
    })
  /** What was left out stands with the list it was chosen from; the count is asked for anew. */
  const leaveOut = (ids: ReadonlySet<string>): void => {
    setLeftOut(ids)
    setPlan((kept) => kept && { ...kept, stale: true })
  }
  const missing = !isArea(ring)
    ? '地図で3つ以上の角を選び、区域を囲んでください'
    : way === 'corners' && wrongDepths
      ? '四隅の住家の浸水深を入力してください'
      : reason.trim() === ''
        ? '理由を入力してください'
        : null
  return (
    <Section title="区域を判定する">
      <RingMap disasterId={disasterId} ring={ring} onRing={again(setRing)} />
      <LooseField name="way" label="判定の根拠" kind={Way} value={way} onChange={again(setWay)} />
      {way === 'aerial' ? (
        <LooseField name="lost" label="確認" kind={Lost} value={lost} onChange={again(setLost)} />
      ) : (
        <>
          <LooseField
            name="depths"
            label="四隅の住家の浸水深（床上、cm）"
            kind={Text}
            value={depths}
            onChange={again(setDepths)}
            hint="読点で区切ります。例：185、190、181、200"
          />
          <LooseField name="force" label="外力" kind={Force} value={force} onChange={again(setForce)} />
        </>
      )}
      <LooseField
        name="houses"
        label="対象に加える住宅"
        kind={Houses}
        value={withHouses}
        onChange={again(setWithHouses)}
        hint="位置の分かる住宅だけです。支援措置の対象者に関わる住宅は加わりません"
      />
      <LooseField
        name="surveyedOn"
        label="調査日"
        kind={WarekiDate}
        value={surveyedOn}
        onChange={again(setSurveyedOn)}
      />
      <LooseField
        name="reason"
        label="理由"
        kind={TextArea}
        value={reason}
        onChange={again(setReason)}
        required
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      {plan && <PlanView plan={plan} leftOut={leftOut} onLeftOut={leaveOut} />}
      <div className="button-row">
        <Button busy={sending.busy} permit={can(judgeArea)} unavailable={missing} onClick={() => start(null)}>
          対象を確かめる
        </Button>
        <Button
          look="solid"
          busy={sending.busy}
          permit={can(judgeArea)}
          unavailable={
            missing ??
            (plan === null || plan.done || plan.stale === true || plan.count === 0
              ? '先に対象を確かめてください'
              : null)
          }
          onClick={() => plan && start(plan.count)}
        >
          {plan && !plan.done && plan.stale !== true && plan.grade !== null
            ? `${plan.count}棟を${gradeLabel(plan.grade)}と判定する`
            : 'まとめて判定する'}
        </Button>
      </div>
    </Section>
  )
}

function PlanView(props: {
  plan: OutputOf<typeof judgeArea>
  leftOut: ReadonlySet<string>
  onLeftOut: (ids: ReadonlySet<string>) => void
}): ReactNode {
  const { plan, leftOut, onLeftOut } = props
  if (plan.done && plan.grade !== null)
    return (
      <Banner tone="success" title={`${plan.count}棟を${gradeLabel(plan.grade)}と判定しました`} announce />
    )
  return (
    <>
      <Banner
        tone={plan.grade === null ? 'warning' : 'information'}
        title={
          plan.grade === null
            ? '一括して判定できません。一棟ずつ調査してください'
            : `${plan.count}棟を${gradeLabel(plan.grade)}と判定します`
        }
        announce
      >
        <ul>
          {plan.why.map((one) => (
            <li key={one.text}>{`${one.text}（${one.source}${one.verified ? '' : '・本文と未照合'}）`}</li>
          ))}
        </ul>
      </Banner>
      {plan.grade !== null && (
        <>
          <Lines
            title="調査対象"
            lines={plan.tasks.map((one) => ({
              ...one,
              id: one.taskId,
              text: `${one.taskNo}　${one.areaName}`,
            }))}
            {...{ leftOut, onLeftOut }}
          />
          <Lines
            title="加える住宅"
            lines={plan.houses.map((one) => ({
              ...one,
              id: one.dwellingId,
              text: `${one.address}　${one.kind}${one.lived ? '' : '（住んでいた世帯は結び付いていません）'}`,
              // Of these nobody asked for a survey: what is not known is not graded.
              covered: one.covered === 'yes' ? 'yes' : 'no',
            }))}
            {...{ leftOut, onLeftOut }}
          />
        </>
      )}
    </>
  )
}

type Line = {
  readonly id: string
  readonly text: string
  readonly covered: 'yes' | 'no' | 'unknown'
  readonly because: string
}

/** Houses that the judgement holds for, each to be left out; below them those it does not hold for, with why. */
function Lines(props: {
  title: string
  lines: readonly Line[]
  leftOut: ReadonlySet<string>
  onLeftOut: (ids: ReadonlySet<string>) => void
}): ReactNode {
  const { title, lines, leftOut, onLeftOut } = props
  const held = lines.filter(({ covered }) => covered !== 'no')
  const not = lines.filter(({ covered }) => covered === 'no')
  if (lines.length === 0) return null
  const unsure = held.filter(({ covered }) => covered === 'unknown').length
  return (
    <details open={lines.length <= 20}>
      <summary>
        {`${title}：判定する${held.length}棟${unsure > 0 ? `（うち、構造などの確認が要る${unsure}棟）` : ''}、判定しない${not.length}棟`}
      </summary>
      {held.length > 0 && <p>外すものに印を付けて、もう一度「対象を確かめる」を押してください。</p>}
      <ul>
        {held.map((one) => (
          <li key={one.id}>
            <label className="choice">
              <input
                type="checkbox"
                checked={leftOut.has(one.id)}
                onChange={(event) => {
                  const next = new Set(leftOut)
                  if (event.target.checked) next.add(one.id)
                  else next.delete(one.id)
                  onLeftOut(next)
                }}
              />{' '}
              {`${one.text}を外す`}
            </label>
            {one.because !== '' && <span className="quiet">{`　確認：${one.because}`}</span>}
          </li>
        ))}
        {not.map((one) => (
          <li key={one.id}>{`判定しない：${one.text}　${one.because}`}</li>
        ))}
      </ul>
    </details>
  )
}

function Judgements(props: { disasterId: string }): ReactNode {
  const { data, error } = useQuery(q(listAreaJudgements, { disasterId: props.disasterId }))
  const [reason, setReason] = useState('')
  return (
    <Section title="これまでの一括判定">
      {error && <ErrorSummary error={error} />}
      {data?.judgements.length === 0 && <p>まだありません。</p>}
      <ul>
        {data?.judgements.map((one) => (
          <li key={one.judgementId}>
            {`${instantText(one.at)}　${gradeLabel(one.grade)}　${one.count}棟　${one.by}　${one.reason}${one.undone ? '（取消し済み）' : ''}`}{' '}
            {!one.undone && (
              <AskButton
                endpoint={undoAreaJudgement}
                input={{ judgementId: one.judgementId, reason }}
                invalidates={after}
                label="取り消す"
                question="この一括判定を取り消しますか"
                confirm="取り消す"
                look="danger"
              >
                <p>
                  この判定のまま残っている住家だけを、調査待ちに戻します。判定のときに加えた住宅は、調査対象から外れます。
                </p>
                <LooseField
                  name="reason"
                  label="理由"
                  kind={TextArea}
                  value={reason}
                  onChange={setReason}
                  required
                />
              </AskButton>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
