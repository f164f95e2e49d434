import { useLayoutEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { moved, viewOf, zoomed, type MapView } from '@open-bcl/ui/map/view.ts'
import type { Here } from './houses-index.ts'
import { drawPlaces, placing, scaleOf, type Place } from './map-drawing.ts'
import type { Work } from './sync.ts'

/** A finger is this large, px. */
const REACH = 24

/** Points on a canvas: ten thousand of them move with the finger. Everything on it stands in the list, too. */
export function HouseMap(props: {
  work: Work
  recorded: ReadonlySet<string>
  here: Here | null
  /** Where it was looked at last: whoever comes back from a house goes on there. */
  startAt: MapView | null
  onChoose: (taskId: string, view: MapView) => void
}): ReactNode {
  const { work, recorded, here } = props
  const places = useMemo(
    () =>
      work.flatMap(({ point, taskId, address, state }): Place[] => {
        if (!point) return []
        const done = recorded.has(taskId) || state === 'recorded'
        return [
          { ...point, taskId, address, look: done ? 'done' : state === 'conflict' ? 'conflict' : 'open' },
        ]
      }),
    [work, recorded],
  )
  const [view, setView] = useState<MapView>(() => props.startAt ?? viewOf(places))
  const [chosen, setChosen] = useState<string | null>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null)
  const selected = places.find(({ taskId }) => taskId === chosen)
  useLayoutEffect(() => {
    drawPlaces(canvas.current!, view, { places, chosen: selected, here })
  }, [view, places, here, selected])
  const pointed = (event: PointerEvent<HTMLCanvasElement>): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const choose = ({ x, y }: { x: number; y: number }): void => {
    const at = placing(view, canvas.current!)
    let nearest: { taskId: string; far: number } | null = null
    for (const place of places) {
      const [placeX, placeY] = at(place)
      const far = Math.hypot(placeX - x, placeY - y)
      if (far <= REACH && (nearest === null || far < nearest.far)) nearest = { taskId: place.taskId, far }
    }
    setChosen(nearest?.taskId ?? null)
  }
  return (
    <>
      <div className="button-row">
        <Button size="small" label="地図を拡大" onClick={() => setView((one) => zoomed(one, 2))}>
          ＋
        </Button>
        <Button size="small" label="地図を縮小" onClick={() => setView((one) => zoomed(one, 0.5))}>
          －
        </Button>
        <Button size="small" onClick={() => setView(viewOf(places))}>
          全体
        </Button>
        {here && (
          <Button
            size="small"
            onClick={() => setView((one) => ({ ...one, latitude: here.latitude, longitude: here.longitude }))}
          >
            今いる場所
          </Button>
        )}
      </div>
      <canvas
        ref={canvas}
        className="field-map"
        role="img"
        aria-label={`調査対象の地図（${places.length}件）。同じ内容が一覧にあります。`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          drag.current = { ...pointed(event), far: false }
        }}
        onPointerMove={(event) => {
          const from = drag.current
          if (from === null) return
          const to = pointed(event)
          const [dx, dy] = [from.x - to.x, from.y - to.y]
          if (!from.far && Math.hypot(dx, dy) < 6) return
          drag.current = { ...to, far: true }
          const scale = scaleOf(event.currentTarget)
          setView((one) => moved(one, dx / scale, dy / scale))
        }}
        onPointerUp={(event) => {
          if (drag.current !== null && !drag.current.far) choose(pointed(event))
          drag.current = null
        }}
      />
      <p className="quiet">
        青：未調査　白：記録済み　四角：重複。所在地が非表示の調査対象は、地図に出ません。
      </p>
      {selected && (
        <Button look="solid" onClick={() => props.onChoose(selected.taskId, view)}>
          {selected.address} を開く
        </Button>
      )}
    </>
  )
}
