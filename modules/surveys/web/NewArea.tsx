import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { isArea, type Ring } from '../places.ts'
import { addPlanArea } from '../plans.contract.ts'
import type { PlanId } from '../surveys.ts'
import { countAreas } from '../tasks.contract.ts'
import { AreaNames } from './AreaNames.tsx'
import { RingMap } from './RingMap.tsx'
import { afterPlanning } from './plan-text.ts'

const Way = radioOf<'names' | 'ring'>([
  { value: 'names', label: '町字を選ぶ' },
  { value: 'ring', label: '地図で囲む' },
])

/** One more area of a plan: of 町字, or by a line on the map. */
export function NewArea(props: { planId: PlanId; disasterId: string }): ReactNode {
  const { planId, disasterId } = props
  const areas = useQuery(q(countAreas, { disasterId }))
  const [areaId, setAreaId] = useState(() => uuidv7())
  const [name, setName] = useState('')
  const [way, setWay] = useState<'names' | 'ring' | null>('names')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [ring, setRing] = useState<Ring>([])
  const sending = useSend(addPlanArea, {
    invalidates: afterPlanning,
    onDone: () => {
      setAreaId(uuidv7())
      setName('')
      setChosen(new Set())
      setRing([])
    },
  })
  const missing =
    name.trim() === ''
      ? '区域の名前を入力してください'
      : way === 'ring' && !isArea(ring)
        ? '地図で3つ以上の角を選び、区域を囲んでください'
        : way !== 'ring' && chosen.size === 0
          ? '町字を選んでください'
          : null
  return (
    <details>
      <summary>区域を加える</summary>
      <LooseField
        name="areaName"
        label="区域の名前"
        kind={Text}
        value={name}
        onChange={setName}
        hint="例：古川中心部、神岡の川沿い"
        required
      />
      <LooseField name="areaWay" label="区域の決め方" kind={Way} value={way} onChange={setWay} />
      {areas.error && <ErrorSummary error={areas.error} />}
      {way === 'ring' ? (
        <RingMap disasterId={disasterId} ring={ring} onRing={setRing} />
      ) : (
        <AreaNames
          areas={(areas.data?.areas ?? []).filter((area) => area.areaName !== '')}
          chosen={chosen}
          onChosen={setChosen}
          textOf={(area) => `${area.areaName}（${area.count}棟）`}
        />
      )}
      {sending.error && <ErrorSummary error={sending.error} />}
      <Button
        busy={sending.busy}
        unavailable={missing}
        onClick={() =>
          sending.start({
            ...{ planId, areaId, name },
            areaNames: way === 'ring' ? [] : [...chosen],
            ring: way === 'ring' ? ring.map(([x, y]): [number, number] => [x, y]) : null,
          })
        }
      >
        区域を加える
      </Button>
    </details>
  )
}
