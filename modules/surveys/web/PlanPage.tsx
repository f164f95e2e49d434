import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { changePlan, changeTeam, listPlans, removePlanArea } from '../plans.contract.ts'
import type { PlanId, TeamId } from '../surveys.ts'
import { NewArea } from './NewArea.tsx'
import { NewTeam } from './NewTeam.tsx'
import { daysOf } from './days-field.tsx'
import { afterPlanning, type Plan, type Team } from './plan-text.ts'
import { namesOf } from './TaskForms.tsx'

const crumbs = [
  { label: 'メインメニュー', to: '/' },
  { label: '被害認定調査', to: '/surveys' },
  { label: '計画と割当て', to: '/surveys/plans' },
]
const Houses = wholeNumberOf({ unit: '棟', minimum: 1, maximum: 200 })

function usePlan(): { plan: Plan | undefined; disasterId: string | null; state: ReactNode } {
  const disasterId = useSelectedDisaster()
  const planId = usePathParam('planId')
  const { data, error } = useQuery({
    ...q(listPlans, { disasterId: disasterId ?? '' }),
    enabled: disasterId !== null,
  })
  const plan = data?.plans.find((one) => one.planId === planId)
  const state =
    disasterId === null ? (
      <ChooseDisaster />
    ) : error ? (
      <ErrorSummary error={error} />
    ) : !data ? (
      <Progress label="読み込んでいます" />
    ) : plan === undefined ? (
      <Banner tone="warning" title="この災害に、その調査計画はありません">
        <Link to={'/surveys/plans' as never}>計画と割当て</Link>から選び直してください。
      </Banner>
    ) : null
  return { plan, disasterId, state }
}

/** One plan: its days, its areas, its teams; and its end. */
export function PlanPage(): ReactNode {
  const { plan, disasterId, state } = usePlan()
  return (
    <Page
      title={plan === undefined ? '調査計画' : `調査計画　${plan.name}${plan.closed ? '（終了）' : ''}`}
      crumbs={[...crumbs, { label: '計画の変更' }]}
      actions={plan && <EndPlan plan={plan} />}
    >
      {state}
      {plan && disasterId !== null && (
        <Allowed to={changePlan}>
          {!plan.closed && (
            <Section title="計画">
              <ChangePlan plan={plan} />
            </Section>
          )}
          <Areas plan={plan} disasterId={disasterId} />
          <Teams plan={plan} />
        </Allowed>
      )}
    </Page>
  )
}

const planInput = (plan: Plan, closed: boolean) => ({
  planId: plan.planId as PlanId,
  version: plan.version,
  name: plan.name,
  startsOn: plan.startsOn,
  endsOn: plan.endsOn,
  daysOff: plan.daysOff,
  closed,
})

function EndPlan(props: { plan: Plan }): ReactNode {
  const { plan } = props
  return (
    <AskButton
      endpoint={changePlan}
      input={planInput(plan, !plan.closed)}
      invalidates={afterPlanning}
      label={plan.closed ? 'この計画をもう一度使う' : 'この計画を終える'}
      question={plan.closed ? 'この計画をもう一度使いますか' : 'この計画を終えますか'}
      confirm={plan.closed ? 'もう一度使う' : '終える'}
    >
      <p>
        {plan.closed
          ? '班への割当てができるようになります。'
          : '新しい割当てができなくなります。調査の結果と割当ては、そのまま残ります。後から戻せます。'}
      </p>
      {!plan.closed && plan.forecast.left > 0 && (
        <Banner tone="warning" title={`調査の終わっていない住家が${plan.forecast.left}棟あります`} />
      )}
    </AskButton>
  )
}

type PlanValues = {
  readonly version: number
  readonly name: string
  readonly startsOn: PlainDate | null
  readonly endsOn: PlainDate | null
  readonly daysOff: readonly PlainDate[]
}
const planValues = (plan: Plan): PlanValues => ({
  version: plan.version,
  name: plan.name,
  startsOn: plan.startsOn as PlainDate,
  endsOn: plan.endsOn as PlainDate,
  daysOff: plan.daysOff as PlainDate[],
})

function ChangePlan(props: { plan: Plan }): ReactNode {
  const { plan } = props
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="edit"
      initial={planValues(plan)}
      schema={changePlan.input}
      reload={async () => {
        const { plans } = await call(listPlans, { disasterId: plan.disasterId })
        return planValues(plans.find((one) => one.planId === plan.planId) ?? plan)
      }}
      onSubmit={({ startsOn, endsOn, daysOff, ...values }, { requestId }) =>
        send(
          changePlan,
          {
            ...{ planId: plan.planId as PlanId, ...values, closed: false },
            ...{ startsOn: startsOn ?? '', endsOn: endsOn ?? '', daysOff: [...daysOff] },
          },
          requestId,
        )
      }
      onSaved={async () => {
        toast('計画を変えました')
        for (const { name } of afterPlanning) await queries.invalidateQueries({ queryKey: [name] })
      }}
    >
      {({ Field, values }) => (
        <>
          <Field name="name" kind={Text} required />
          <Field name="startsOn" kind={WarekiDate} required />
          <Field name="endsOn" kind={WarekiDate} required />
          <Field name="daysOff" kind={daysOf(values.startsOn, values.endsOn)} />
        </>
      )}
    </EditForm>
  )
}

function Areas(props: { plan: Plan; disasterId: string }): ReactNode {
  const { plan, disasterId } = props
  return (
    <Section title="調査区域">
      {plan.areas.length === 0 ? (
        <p>区域はまだありません。区域を置くと、割当てのときに選べます。</p>
      ) : (
        <ul>
          {plan.areas.map((area) => (
            <li key={area.areaId}>
              {area.name}
              <span className="quiet">
                {area.ring === null ? `（${area.areaNames.join('、')}）` : '（地図で囲んだ区域）'}
              </span>{' '}
              {!plan.closed && (
                <AskButton
                  endpoint={removePlanArea}
                  input={{ planId: plan.planId as PlanId, areaId: area.areaId }}
                  invalidates={afterPlanning}
                  label="外す"
                  of={area.name}
                  question={`区域「${area.name}」を外しますか`}
                  confirm="外す"
                >
                  <p>割当てと結果は変わりません。</p>
                </AskButton>
              )}
            </li>
          ))}
        </ul>
      )}
      {!plan.closed && <NewArea planId={plan.planId as PlanId} disasterId={disasterId} />}
    </Section>
  )
}

function Teams(props: { plan: Plan }): ReactNode {
  const { plan } = props
  return (
    <Section title="調査班">
      {plan.teams.length === 0 && <p>班がまだありません。</p>}
      <ul>
        {plan.teams.map((team) => (
          <li key={team.teamId}>
            {`${team.name}　${team.members.join('、')}　1日${team.housesPerDay}棟　未調査${team.left}棟`}{' '}
            {!plan.closed && (
              <Link
                to={'/surveys/plans/$planId/teams/$teamId' as never}
                params={{ planId: plan.planId, teamId: team.teamId } as never}
                className="button"
                data-size="small"
                aria-label={`${team.name}を変える`}
              >
                変える
              </Link>
            )}
          </li>
        ))}
      </ul>
      {!plan.closed && <NewTeam plan={plan} />}
    </Section>
  )
}

/** One team: members, days, how much it manages; and taking it out. */
export function TeamPage(): ReactNode {
  const { plan, state } = usePlan()
  const teamId = usePathParam('teamId')
  const team = plan?.teams.find((one) => one.teamId === teamId)
  return (
    <Page
      title={team === undefined ? '調査班' : `調査班　${team.name}`}
      crumbs={[...crumbs, { label: '調査班の変更' }]}
      actions={team && <RemoveTeam team={team} />}
    >
      {state}
      {plan && team === undefined && <Banner tone="warning" title="その調査班はありません" />}
      {plan && team && (
        <Allowed to={changeTeam}>
          <Section title="班">
            <ChangeTeam plan={plan} team={team} />
          </Section>
        </Allowed>
      )}
    </Page>
  )
}

function RemoveTeam(props: { team: Team }): ReactNode {
  const { team } = props
  return (
    <AskButton
      endpoint={changeTeam}
      input={{
        ...{ teamId: team.teamId as TeamId, version: team.version, name: team.name, members: team.members },
        ...{ housesPerDay: team.housesPerDay, worksFrom: team.worksFrom, worksUntil: team.worksUntil },
        removed: true,
      }}
      invalidates={afterPlanning}
      label="この班を外す"
      question={`「${team.name}」を外しますか`}
      confirm="外す"
      look="danger"
    >
      <p>これまでの調査の記録は残ります。</p>
      {team.left > 0 && (
        <Banner tone="warning" title={`この班の未調査の住家が${team.left}棟あります`}>
          外す前に、計画と割当ての画面で、ほかの班に割り当て直してください。
        </Banner>
      )}
    </AskButton>
  )
}

type TeamValues = {
  readonly version: number
  readonly name: string
  readonly members: string
  readonly housesPerDay: number | null
  readonly worksFrom: PlainDate | null
  readonly worksUntil: PlainDate | null
}
const teamValues = (team: Team): TeamValues => ({
  version: team.version,
  name: team.name,
  members: team.members.join('、'),
  housesPerDay: team.housesPerDay,
  worksFrom: team.worksFrom as PlainDate,
  worksUntil: team.worksUntil as PlainDate,
})

function ChangeTeam(props: { plan: Plan; team: Team }): ReactNode {
  const { plan, team } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="edit"
      initial={teamValues(team)}
      schema={changeTeam.input}
      check={({ members }) =>
        namesOf(members).length < 2
          ? [{ pointer: '/members', message: '調査員を2人以上入力してください' }]
          : []
      }
      reload={async () => {
        const { plans } = await call(listPlans, { disasterId: plan.disasterId })
        const now = plans.flatMap((one) => one.teams).find((one) => one.teamId === team.teamId)
        return teamValues(now ?? team)
      }}
      onSubmit={({ members, housesPerDay, worksFrom, worksUntil, ...values }, { requestId }) =>
        send(
          changeTeam,
          {
            ...{ teamId: team.teamId as TeamId, ...values, members: namesOf(members), removed: false },
            ...{ housesPerDay: housesPerDay!, worksFrom: worksFrom ?? '', worksUntil: worksUntil ?? '' },
          },
          requestId,
        )
      }
      onSaved={async () => {
        toast('班を変えました')
        for (const { name } of afterPlanning) await queries.invalidateQueries({ queryKey: [name] })
        void navigate({ to: '/surveys/plans/$planId' as never, params: { planId: plan.planId } as never })
      }}
      cancel={
        <Link
          to={'/surveys/plans/$planId' as never}
          params={{ planId: plan.planId } as never}
          className="button"
        >
          やめる
        </Link>
      }
    >
      {({ Field }) => (
        <>
          <Field name="name" kind={Text} required />
          <Field name="members" kind={Text} hint="2人以上。読点で区切ります" required />
          <Field name="housesPerDay" kind={Houses} required />
          <Field name="worksFrom" kind={WarekiDate} required />
          <Field name="worksUntil" kind={WarekiDate} required />
        </>
      )}
    </EditForm>
  )
}
