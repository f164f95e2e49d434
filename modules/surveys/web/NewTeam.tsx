import { useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { addTeam } from '../plans.contract.ts'
import type { PlanId, TeamId } from '../surveys.ts'
import { afterPlanning, type Plan } from './plan-text.ts'
import { namesOf } from './TaskForms.tsx'

const Houses = wholeNumberOf({ unit: '棟', minimum: 1, maximum: 200 })

/** One more team, for the days of the plan. */
export function NewTeam(props: { plan: Plan }): ReactNode {
  const { plan } = props
  const [teamId, setTeamId] = useState(() => uuidv7())
  const [name, setName] = useState(`${plan.teams.length + 1}班`)
  const [members, setMembers] = useState('')
  const [houses, setHouses] = useState<number | null>(10)
  const names = namesOf(members)
  const sending = useSend(addTeam, {
    invalidates: afterPlanning,
    onDone: () => {
      setTeamId(uuidv7())
      setName(`${plan.teams.length + 2}班`)
      setMembers('')
    },
  })
  return (
    <details open={plan.teams.length === 0}>
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
