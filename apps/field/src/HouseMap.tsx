import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import {
  MAP_HEIGHT,
  MAP_WIDTH,
  moved,
  toPicture,
  viewOf,
  zoomed,
  type MapView,
} from '@open-bcl/ui/map/view.ts'
import type { Here } from './Houses.tsx'
import type { Work } from './sync.ts'

/** A finger is this large, px. */
const REACH = 24

/** Points on a canvas: ten thousand of them move with the finger. Everything on it stands in the list, too. */
export function HouseMap(props: {
  work: Work
  recorded: ReadonlySet<string>
  here: Here | null
  onChoose: (taskId: string) => void
}): ReactNode {
  const { work, recorded, here } = props
  const places = useMemo(
    () =>
      work.flatMap((task) =>
        task.point ? [{ ...task.point, taskId: task.taskId, address: task.address, state: task.state }] : [],
      ),
    [work],
  )
  const [view, setView] = useState<MapView>(() => viewOf(places))
  const [chosen, setChosen] = useState<string | null>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null)
  // The picture of `view` is wide; here its middle is cut out of it.
  const scaleOf = (): number => (canvas.current!.clientWidth / MAP_WIDTH) * 1.6
  useEffect(() => {
    const element = canvas.current!
    const ratio = devicePixelRatio
    element.width = element.clientWidth * ratio
    element.height = element.clientHeight * ratio
    const pen = element.getContext('2d')!
    const scale = scaleOf()
    const [midX, midY] = [element.clientWidth / 2, element.clientHeight / 2]
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, element.clientWidth, element.clientHeight)
    const at = (place: { latitude: number; longitude: number }): [number, number] => {
      const { x, y } = toPicture(view, place)
      return [midX + (x - MAP_WIDTH / 2) * scale, midY + (y - MAP_HEIGHT / 2) * scale]
    }
    for (const place of places) {
      const [x, y] = at(place)
      if (x < -10 || y < -10 || x > element.clientWidth + 10 || y > element.clientHeight + 10) continue
      const done = recorded.has(place.taskId) || place.state === 'recorded'
      pen.beginPath()
      if (place.state === 'conflict') pen.rect(x - 6, y - 6, 12, 12)
      else pen.arc(x, y, place.taskId === chosen ? 9 : 6, 0, 2 * Math.PI)
      pen.fillStyle = done ? '#ffffff' : place.state === 'conflict' ? '#c8102e' : '#0017c1'
      pen.fill()
      pen.lineWidth = place.taskId === chosen ? 4 : 2
      pen.strokeStyle = place.taskId === chosen ? '#000000' : done ? '#197a4b' : '#ffffff'
      pen.stroke()
    }
    if (here) {
      const [x, y] = at(here)
      pen.beginPath()
      pen.moveTo(x - 12, y)
      pen.lineTo(x + 12, y)
      pen.moveTo(x, y - 12)
      pen.lineTo(x, y + 12)
      pen.lineWidth = 4
      pen.strokeStyle = '#000000'
      pen.stroke()
    }
  }, [view, places, recorded, here, chosen])
  const pointed = (event: PointerEvent<HTMLCanvasElement>): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const choose = ({ x, y }: { x: number; y: number }): void => {
    const element = canvas.current!
    const scale = scaleOf()
    let nearest: { taskId: string; far: number } | null = null
    for (const place of places) {
      const at = toPicture(view, place)
      const dx = element.clientWidth / 2 + (at.x - MAP_WIDTH / 2) * scale - x
      const dy = element.clientHeight / 2 + (at.y - MAP_HEIGHT / 2) * scale - y
      const far = Math.hypot(dx, dy)
      if (far <= REACH && (nearest === null || far < nearest.far)) nearest = { taskId: place.taskId, far }
    }
    setChosen(nearest?.taskId ?? null)
  }
  const selected = places.find(({ taskId }) => taskId === chosen)
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
          setView((one) => moved(one, dx / scaleOf(), dy / scaleOf()))
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
        <Button look="solid" onClick={() => props.onChoose(selected.taskId)}>
          {selected.address} を開く
        </Button>
      )}
    </>
  )
}
