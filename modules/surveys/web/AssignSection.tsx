import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { isArea, type Ring } from '../places.ts'
import type { TeamId } from '../surveys.ts'
import { assignTasks, countAreas, listAssignments, undoAssignment } from '../tasks.contract.ts'
import { AreaNames } from './AreaNames.tsx'
import { RingMap } from './RingMap.tsx'
import { afterPlanning, type Plan } from './plan-text.ts'

const NO_TEAM = 'none'
const Way = radioOf<'names' | 'ring'>([
  { value: 'names', label: '町字を選ぶ' },
  { value: 'ring', label: '地図で囲む' },
])
const Also = checkboxOf('ほかの班に割り当てた住家も、この班に移す')

/** Who goes where: by 町字, by a line on the map, or by an area of a plan. A dry run first, and a way back. */
export function AssignSection(props: { disasterId: string; plans: readonly Plan[] }): ReactNode {
  const { disasterId, plans } = props
  const areas = useQuery(q(countAreas, { disasterId }))
  const [way, setWay] = useState<'names' | 'ring' | null>('names')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [ring, setRing] = useState<Ring>([])
  const [also, setAlso] = useState(false)
  const [teamId, setTeamId] = useState<string | null>(null)
  const [assignmentId, setAssignmentId] = useState(() => uuidv7())
  const [plan, setPlan] = useState<OutputOf<typeof assignTasks> | null>(null)
  const sending = useSend(assignTasks, {
    invalidates: afterPlanning,
    onDone: (answer) => {
      setPlan(answer)
      if (answer.done) {
        setChosen(new Set())
        setRing([])
        setAssignmentId(uuidv7())
      }
    },
  })
  const again =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value)
      setPlan(null)
    }
  const Team = selectOf([
    ...plans.flatMap((one) =>
      one.teams.map((team) => ({
        value: team.teamId,
        label: plans.length > 1 ? `${team.name}（${one.name}）` : team.name,
      })),
    ),
    { value: NO_TEAM, label: '班から外す（未割当てに戻す）' },
  ])
  const start = (expected: number | null): void =>
    sending.start({
      assignmentId,
      disasterId,
      teamId: teamId === NO_TEAM ? null : (teamId as TeamId),
      select: {
        ...(way === 'ring'
          ? { ring: ring.map(([x, y]): [number, number] => [x, y]) }
          : { areaNames: [...chosen] }),
        unassignedOnly: !also && teamId !== NO_TEAM,
      },
      expected,
    })
  const planAreas = plans.flatMap((one) => one.areas)
  const shown = areas.data?.areas.filter((area) => area.areaName !== '' && area.left > 0) ?? []
  const missing =
    way === 'ring'
      ? isArea(ring)
        ? null
        : '地図で3つ以上の角を選び、区域を囲んでください'
      : chosen.size === 0
        ? '町字を選んでください'
        : null
  const unavailable = missing ?? (teamId === null ? '班を選んでください' : null)
  return (
    <Section title="割り当てる">
      {areas.error && <ErrorSummary error={areas.error} />}
      {planAreas.length > 0 && (
        <div className="button-row" role="group" aria-label="計画の区域から選ぶ">
          <span>計画の区域：</span>
          {planAreas.map((area) => (
            <Button
              key={area.areaId}
              size="small"
              onClick={() => {
                setWay(area.ring === null ? 'names' : 'ring')
                setChosen(new Set(area.areaNames))
                setRing(area.ring ?? [])
                setPlan(null)
              }}
            >
              {area.name}
            </Button>
          ))}
        </div>
      )}
      <LooseField name="way" label="対象の選び方" kind={Way} value={way} onChange={again(setWay)} />
      {way === 'ring' ? (
        <RingMap disasterId={disasterId} ring={ring} onRing={again(setRing)} />
      ) : (
        <AreaNames
          areas={shown}
          chosen={chosen}
          onChosen={again(setChosen)}
          textOf={(area) => `${area.areaName}（未割当て${area.unassigned}棟・未調査${area.left}棟）`}
        />
      )}
      <LooseField name="team" label="調査班" kind={Team} value={teamId} onChange={again(setTeamId)} />
      {teamId !== NO_TEAM && (
        <LooseField name="also" label="割当て済みの住家" kind={Also} value={also} onChange={again(setAlso)} />
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      {plan && (
        <Banner
          tone={plan.done ? 'success' : 'information'}
          title={plan.done ? `${plan.count}棟を割り当てました` : `${plan.count}棟を割り当てます`}
          announce
        >
          {!plan.done && (
            <p>
              {plan.sample.map((one) => one.taskNo).join('、')}
              {plan.count > plan.sample.length && ' ほか'}
            </p>
          )}
        </Banner>
      )}
      <div className="button-row">
        <Button busy={sending.busy} unavailable={unavailable} onClick={() => start(null)}>
          対象を確かめる
        </Button>
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={unavailable ?? (plan === null || plan.done ? '先に対象を確かめてください' : null)}
          onClick={() => plan && start(plan.count)}
        >
          割り当てる
        </Button>
      </div>
      <Recent disasterId={disasterId} />
    </Section>
  )
}

function Recent(props: { disasterId: string }): ReactNode {
  const { data, error } = useQuery(q(listAssignments, { disasterId: props.disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data || data.assignments.length === 0) return null
  return (
    <>
      <h3>最近の割当て</h3>
      <ul>
        {data.assignments.map((one) => (
          <li key={one.assignmentId}>
            {`${instantText(one.at)}　${one.teamName ?? '班なし'}　${one.count}棟　${one.by}${one.undone ? '（取消し済み）' : ''}`}{' '}
            {!one.undone && (
              <AskButton
                endpoint={undoAssignment}
                input={{ assignmentId: one.assignmentId }}
                invalidates={afterPlanning}
                label="取り消す"
                question="この割当てを取り消しますか"
                confirm="取り消す"
              >
                <p>まだ調査を始めていない住家だけを、前の班に戻します。</p>
              </AskButton>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
