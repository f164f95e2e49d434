import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { addTeam, listPlans, makePlan } from '../plans.contract.ts'
import type { PlanId, TeamId } from '../surveys.ts'
import {
  assignTasks,
  countAreas,
  countTasks,
  listAssignments,
  listTasks,
  undoAssignment,
} from '../tasks.contract.ts'

type Plan = OutputOf<typeof listPlans>['plans'][number]
type Area = OutputOf<typeof countAreas>['areas'][number]

const after = [listPlans, listTasks, countTasks, countAreas, listAssignments]
const Houses = wholeNumberOf({ unit: '棟', minimum: 1, maximum: 200 })

const teamColumn = columnsOf<Plan['teams'][number]>()
const teamColumns = teamColumn.columns([
  teamColumn.accessor('name', { header: '班' }),
  teamColumn.accessor('members', { header: '調査員', cell: (cell) => cell.getValue().join('、') }),
  teamColumn.accessor('housesPerDay', { header: '1日の棟数', meta: { align: 'end' } }),
  teamColumn.accessor('left', { header: '未調査', meta: { align: 'end' } }),
  teamColumn.accessor('recorded', { header: '確認待ち', meta: { align: 'end' } }),
  teamColumn.accessor('done', { header: '確定', meta: { align: 'end' } }),
])

/** 調査計画: teams, what is left, when it will be done, and who goes where. */
export function PlansPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="調査の計画と割当て"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '計画と割当て' },
      ]}
      lead="計画に班を置き、町字ごとに調査対象を割り当てます。終わりの見込みは、最近の進み方から計算します。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Plans key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function Plans(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const { data, error } = useQuery(q(listPlans, { disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  const teams = data.plans.filter((plan) => !plan.closed).flatMap((plan) => plan.teams)
  return (
    <>
      {data.plans.map((plan) => (
        <PlanSection key={plan.planId} plan={plan} />
      ))}
      {teams.length > 0 && can(assignTasks).allowed && <Assign disasterId={disasterId} teams={teams} />}
      {can(makePlan).allowed && <NewPlan disasterId={disasterId} first={data.plans.length === 0} />}
    </>
  )
}

function dayText(day: string | null, none: string): string {
  return day === null ? none : WarekiDate.toText(day as PlainDate)
}

function PlanSection(props: { plan: Plan }): ReactNode {
  const { plan } = props
  const { forecast } = plan
  const can = useCan()
  const late = forecast.atPaceOn !== null && forecast.atPaceOn > plan.endsOn
  return (
    <Section title={`${plan.name}${plan.closed ? '（終了）' : ''}`}>
      {late && (
        <Banner tone="warning" title={`今の進み方では、予定の${dayText(plan.endsOn, '')}に間に合いません`} />
      )}
      <DescriptionList
        items={[
          { term: '期間', value: `${dayText(plan.startsOn, '')} から ${dayText(plan.endsOn, '')}` },
          { term: '未調査', value: `${forecast.left}棟` },
          {
            term: '最近の進み方',
            value: forecast.pacePerDay === null ? 'まだ分かりません' : `1日 ${forecast.pacePerDay}棟`,
          },
          {
            term: '終わりの見込み（今の進み方）',
            value: dayText(forecast.atPaceOn, 'まだ分かりません'),
          },
          {
            term: '終わりの見込み（班の予定棟数）',
            value: dayText(forecast.asPlannedOn, '班が足りません'),
          },
        ]}
      />
      <DataTable
        caption="班"
        columns={teamColumns}
        rows={plan.teams}
        rowKey={(team) => team.teamId}
        empty={<p>班がまだありません。</p>}
      />
      {!plan.closed && can(addTeam).allowed && <NewTeam plan={plan} />}
    </Section>
  )
}

function NewPlan(props: { disasterId: string; first: boolean }): ReactNode {
  const today = useToday()
  const [planId, setPlanId] = useState(() => uuidv7())
  const [name, setName] = useState(props.first ? '第1次調査' : '')
  const [startsOn, setStartsOn] = useState<PlainDate | null>(today)
  const [endsOn, setEndsOn] = useState<PlainDate | null>(null)
  const sending = useSend(makePlan, {
    invalidates: after,
    onDone: () => {
      setPlanId(uuidv7())
      setName('')
    },
  })
  return (
    <Section title="計画を作る">
      <LooseField name="name" label="計画の名前" kind={Text} value={name} onChange={setName} required />
      <LooseField
        name="startsOn"
        label="始まり"
        kind={WarekiDate}
        value={startsOn}
        onChange={setStartsOn}
        required
      />
      <LooseField
        name="endsOn"
        label="終わり"
        kind={WarekiDate}
        value={endsOn}
        onChange={setEndsOn}
        required
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <Button
        look={props.first ? 'solid' : 'outline'}
        busy={sending.busy}
        unavailable={name.trim() === '' || !startsOn || !endsOn ? '名前と期間を入力してください' : null}
        onClick={() =>
          sending.start({
            planId: planId as PlanId,
            disasterId: props.disasterId,
            name,
            startsOn: startsOn ?? '',
            endsOn: endsOn ?? '',
            daysOff: [],
          })
        }
      >
        計画を作る
      </Button>
    </Section>
  )
}

function NewTeam(props: { plan: Plan }): ReactNode {
  const { plan } = props
  const [teamId, setTeamId] = useState(() => uuidv7())
  const [name, setName] = useState(`${plan.teams.length + 1}班`)
  const [members, setMembers] = useState('')
  const [houses, setHouses] = useState<number | null>(10)
  const names = members
    .split(/[、,，]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const sending = useSend(addTeam, {
    invalidates: after,
    onDone: () => {
      setTeamId(uuidv7())
      setName(`${plan.teams.length + 2}班`)
      setMembers('')
    },
  })
  return (
    <details>
      <summary>班を加える</summary>
      <LooseField name="team" label="班の名前" kind={Text} value={name} onChange={setName} required />
      <LooseField
        name="members"
        label="調査員"
        kind={Text}
        value={members}
        onChange={setMembers}
        hint="2人以上。読点で区切ります"
      />
      <LooseField
        name="houses"
        label="1日の棟数"
        kind={Houses}
        value={houses}
        onChange={setHouses}
        required
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <Button
        busy={sending.busy}
        unavailable={
          name.trim() === '' || houses === null
            ? '班の名前と棟数を入力してください'
            : names.length < 2
              ? '調査員を2人以上入力してください'
              : null
        }
        onClick={() =>
          sending.start({
            planId: plan.planId as PlanId,
            teamId: teamId as TeamId,
            name,
            members: names,
            housesPerDay: houses ?? 1,
            worksFrom: plan.startsOn,
            worksUntil: plan.endsOn,
          })
        }
      >
        班を加える
      </Button>
    </details>
  )
}

function Assign(props: { disasterId: string; teams: Plan['teams'] }): ReactNode {
  const { disasterId } = props
  const areas = useQuery(q(countAreas, { disasterId }))
  const recent = useQuery(q(listAssignments, { disasterId }))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [teamId, setTeamId] = useState<string | null>(null)
  const [assignmentId, setAssignmentId] = useState(() => uuidv7())
  const [plan, setPlan] = useState<OutputOf<typeof assignTasks> | null>(null)
  const sending = useSend(assignTasks, {
    invalidates: after,
    onDone: (answer) => {
      setPlan(answer)
      if (answer.done) {
        setChosen(new Set())
        setAssignmentId(uuidv7())
      }
    },
  })
  const Team = selectOf(props.teams.map((team) => ({ value: team.teamId, label: team.name })))
  const start = (expected: number | null): void =>
    sending.start({
      assignmentId,
      disasterId,
      teamId: teamId as TeamId | null,
      select: { areaNames: [...chosen], unassignedOnly: true },
      expected,
    })
  const choose = (area: Area, on: boolean): void => {
    const next = new Set(chosen)
    if (on) next.add(area.areaName)
    else next.delete(area.areaName)
    setChosen(next)
    setPlan(null)
  }
  const open = areas.data?.areas.filter((area) => area.unassigned > 0 && area.areaName !== '') ?? []
  const missing = chosen.size === 0 ? '町字を選んでください' : teamId === null ? '班を選んでください' : null
  return (
    <Section title="町字ごとに割り当てる">
      {areas.error && <ErrorSummary error={areas.error} />}
      {open.length === 0 ? (
        <p>割り当てていない調査対象はありません。</p>
      ) : (
        <ul style={{ columns: '16rem', listStyle: 'none', padding: 0 }}>
          {open.map((area) => (
            <li key={area.areaName}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.has(area.areaName)}
                  onChange={(event) => choose(area, event.target.checked)}
                />{' '}
                {`${area.areaName}（未割当て${area.unassigned}棟）`}
              </label>
            </li>
          ))}
        </ul>
      )}
      <LooseField
        name="team"
        label="調査班"
        kind={Team}
        value={teamId}
        onChange={(value) => {
          setTeamId(value)
          setPlan(null)
        }}
      />
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
        <Button busy={sending.busy} unavailable={missing} onClick={() => start(null)}>
          対象を確かめる
        </Button>
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={missing ?? (plan === null || plan.done ? '先に対象を確かめてください' : null)}
          onClick={() => plan && start(plan.count)}
        >
          割り当てる
        </Button>
      </div>
      {recent.data && recent.data.assignments.length > 0 && (
        <>
          <h3>最近の割当て</h3>
          <ul>
            {recent.data.assignments.map((one) => (
              <li key={one.assignmentId}>
                {`${instantText(one.at)}　${one.teamName ?? '班なし'}　${one.count}棟　${one.by}${one.undone ? '（取消し済み）' : ''}`}{' '}
                {!one.undone && (
                  <AskButton
                    endpoint={undoAssignment}
                    input={{ assignmentId: one.assignmentId }}
                    invalidates={after}
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
      )}
    </Section>
  )
}
