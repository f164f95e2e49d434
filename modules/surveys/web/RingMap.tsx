import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { isArea, type Ring } from '../places.ts'
import { mapTasks } from '../tasks.contract.ts'
import { PointMap } from './PointMap.tsx'
import { toneOf } from './survey-text.ts'

/** A line drawn around houses, corner by corner, by pointer or by keyboard. */
export function RingMap(props: { disasterId: string; ring: Ring; onRing: (ring: Ring) => void }): ReactNode {
  const { disasterId, ring, onRing } = props
  const points = useQuery(q(mapTasks, { disasterId }))
  return (
    <>
      {points.error && <ErrorSummary error={points.error} />}
      <p>
        地図の上で、区域の角を順に選んでください。キーボードでは、地図に移り、矢印キーで十字を動かし、Enter
        キーで角にします。
      </p>
      {points.data?.more === true && (
        <Banner
          tone="information"
          title="地図の印は先頭の5,000件です。囲んだ中の調査対象は、印がなくても対象になります"
        />
      )}
      <PointMap
        points={(points.data?.points ?? []).map((one) => ({
          id: one.taskId,
          label: one.taskNo,
          latitude: one.latitude,
          longitude: one.longitude,
          tone: toneOf(one.state),
        }))}
        ring={ring}
        onCorner={(corner) => onRing([...ring, corner])}
      />
      <div className="button-row">
        <Button size="small" onClick={() => onRing(ring.slice(0, -1))}>
          角を一つ戻す
        </Button>
        <Button size="small" onClick={() => onRing([])}>
          囲み直す
        </Button>
        <span>{`角${ring.length}`}</span>
      </div>
      {ring.length >= 3 && !isArea(ring) && (
        <p className="field-error">線が交わっています。「角を一つ戻す」で直してください。</p>
      )}
    </>
  )
}
