import { useState, type ReactNode } from 'react'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { endRoute, getRegistryTown, listRegistryTowns, withdrawRoute } from '../../registry.contract.ts'
import { presentDay } from './console-text.ts'

type Route = OutputOf<typeof getRegistryTown>['routes'][number]

const readings = [getRegistryTown, listRegistryTowns]

/** What can be done with a dated row: take it back before its day, or give it a last day. */
export function RouteActs(props: { municipalityCode: MunicipalityCode; route: Route }): ReactNode {
  const { municipalityCode, route } = props
  const { kind, ja, fromOn } = route
  const [untilOn, setUntilOn] = useState<PlainDate | null>(route.untilOn ?? presentDay())
  if (route.state === 'future')
    return (
      <AskButton
        endpoint={withdrawRoute}
        input={{ municipalityCode, kind, fromOn }}
        invalidates={readings}
        label="取り消す"
        of={ja}
        question={`${ja}の経路を取り消しますか`}
        confirm="取り消す"
      >
        <p>まだ始まっていない経路です。取り消すと、この日からは交付されません。</p>
      </AskButton>
    )
  if (route.state !== 'rules') return null
  return (
    <AskButton
      endpoint={endRoute}
      input={{ municipalityCode, kind, fromOn, untilOn: untilOn ?? '' }}
      invalidates={readings}
      label="終える"
      of={ja}
      question={`${ja}の交付を終えますか`}
      confirm="最終日を決める"
    >
      <p>最終日までは交付します。翌日から、この経路では交付しません。</p>
      <LooseField
        name="untilOn"
        label="最終日"
        kind={WarekiDate}
        value={untilOn}
        onChange={setUntilOn}
        required
      />
    </AskButton>
  )
}
