import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
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
import { changePlan, listPlans, makePlan } from '../plans.contract.ts'
import type { PlanId } from '../surveys.ts'
import { assignTasks } from '../tasks.contract.ts'
import { AssignSection } from './AssignSection.tsx'
import { daysOf } from './days-field.tsx'
import { afterPlanning, type Plan } from './plan-text.ts'

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
      lead="計画に班を置き、町字ごと、または地図で囲んで調査対象を割り当てます。終わりの見込みは、最近の進み方から計算します。"
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
  const open = data.plans.filter((plan) => !plan.closed)
  return (
    <>
      {data.plans.map((plan) => (
        <PlanSection key={plan.planId} plan={plan} />
      ))}
      {open.some((plan) => plan.teams.length > 0) && can(assignTasks).allowed && (
        <AssignSection disasterId={disasterId} plans={open} />
      )}
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
    <Section
      title={`${plan.name}${plan.closed ? '（終了）' : ''}`}
      actions={
        can(changePlan).allowed && (
          <Link
            to={'/surveys/plans/$planId' as never}
            params={{ planId: plan.planId } as never}
            className="button"
            aria-label={`${plan.name}：計画・班・区域を変える`}
          >
            計画・班・区域を変える
          </Link>
        )
      }
    >
      {late && (
        <Banner tone="warning" title={`今の進み方では、予定の${dayText(plan.endsOn, '')}に間に合いません`} />
      )}
      <DescriptionList
        items={[
          { term: '期間', value: `${dayText(plan.startsOn, '')} から ${dayText(plan.endsOn, '')}` },
          {
            term: '休みの日',
            value: plan.daysOff.map((day) => dayText(day, '')).join('、') || 'なし',
          },
          { term: '区域', value: plan.areas.map((area) => area.name).join('、') || '（決めていません）' },
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
        empty={<p>班がまだありません。「計画・班・区域を変える」から加えてください。</p>}
      />
    </Section>
  )
}

function NewPlan(props: { disasterId: string; first: boolean }): ReactNode {
  const today = useToday()
  const [planId, setPlanId] = useState(() => uuidv7())
  const [name, setName] = useState(props.first ? '第1次調査' : '')
  const [startsOn, setStartsOn] = useState<PlainDate | null>(today)
  const [endsOn, setEndsOn] = useState<PlainDate | null>(null)
  const [daysOff, setDaysOff] = useState<readonly PlainDate[]>([])
  const sending = useSend(makePlan, {
    invalidates: afterPlanning,
    onDone: () => {
      setPlanId(uuidv7())
      setName('')
      setDaysOff([])
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
      <LooseField
        name="daysOff"
        label="休みの日"
        kind={daysOf(startsOn, endsOn)}
        value={daysOff}
        onChange={setDaysOff}
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
            daysOff: [...daysOff],
          })
        }
      >
        計画を作る
      </Button>
    </Section>
  )
}
