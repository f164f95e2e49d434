import { useId, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { Button } from '../layout/Button.tsx'
import {
  MAP_HEIGHT,
  MAP_WIDTH,
  moved,
  scaleBar,
  toPicture,
  toPlace,
  viewOf,
  zoomed,
  type MapView,
} from './view.ts'

/** Something at a place. Tones differ in their shape too, not in colour alone. */
export type MapMark = {
  readonly key: string
  readonly latitude: number
  readonly longitude: number
  /** What it is, for the pointer and beside large marks. */
  readonly label: string
  readonly tone: 'filled' | 'hollow' | 'square' | 'alert'
  /** Words always shown, such as a number of houses. */
  readonly text?: string
}

export type MapPlace = { readonly latitude: number; readonly longitude: number }

/**
 * A map without tiles and without the internet: the town's outline and marks. Arrow keys move it, + and - zoom. What stands
 * on it must also stand in a list beside it: who cannot see or point uses that.
 */
export function PointMap(props: {
  label: string
  /** Rings of longitude and latitude. */
  outline: readonly (readonly (readonly [number, number])[])[]
  marks: readonly MapMark[]
  selected?: string | null
  onSelect?: (key: string) => void
  /** Choosing a place: a click, or the middle of the map by keyboard. */
  onPlace?: (place: MapPlace) => void
  placeLabel?: string
  /** Credit of the data. */
  credit: string
}): ReactNode {
  const { outline, marks, onSelect, onPlace } = props
  const helpId = useId()
  const whole = (): MapView =>
    viewOf(
      marks.length > 0
        ? marks
        : outline.flatMap((ring) => ring.map(([longitude, latitude]) => ({ latitude, longitude }))),
    )
  const [view, setView] = useState<MapView>(whole)
  const picture = useRef<SVGSVGElement>(null)
  const drag = useRef<{ x: number; y: number; far: boolean } | null>(null)

  /** From the screen to the picture's units. */
  const at = (event: { clientX: number; clientY: number }): { x: number; y: number } => {
    const box = picture.current!.getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) / box.width) * MAP_WIDTH,
      y: ((event.clientY - box.top) / box.height) * MAP_HEIGHT,
    }
  }
  const onPointerDown = (event: PointerEvent<SVGSVGElement>): void => {
    drag.current = { ...at(event), far: false }
  }
  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const from = drag.current
    if (from === null) return
    const to = at(event)
    const [dx, dy] = [from.x - to.x, from.y - to.y]
    // A hand that trembles clicks; it does not drag.
    if (!from.far && Math.hypot(dx, dy) < 6) return
    drag.current = { ...to, far: true }
    setView((one) => moved(one, dx, dy))
  }
  const onPointerUp = (event: PointerEvent<SVGSVGElement>): void => {
    const clicked = drag.current !== null && !drag.current.far
    drag.current = null
    if (clicked && onPlace) {
      const { x, y } = at(event)
      onPlace(toPlace(view, x, y))
    }
  }
  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>): void => {
    const step = MAP_WIDTH / 16
    const acts: Readonly<Record<string, (one: MapView) => MapView>> = {
      ArrowLeft: (one) => moved(one, -step, 0),
      ArrowRight: (one) => moved(one, step, 0),
      ArrowUp: (one) => moved(one, 0, -step),
      ArrowDown: (one) => moved(one, 0, step),
      '+': (one) => zoomed(one, 1.5),
      ';': (one) => zoomed(one, 1.5),
      '-': (one) => zoomed(one, 1 / 1.5),
    }
    const act = acts[event.key]
    if (act === undefined) return
    event.preventDefault()
    setView(act)
  }
  const bar = scaleBar(view)
  return (
    <div className="point-map">
      <div className="button-row">
        <Button size="small" label="地図を拡大" onClick={() => setView((one) => zoomed(one, 2))}>
          ＋ 拡大
        </Button>
        <Button size="small" label="地図を縮小" onClick={() => setView((one) => zoomed(one, 0.5))}>
          － 縮小
        </Button>
        <Button size="small" onClick={() => setView(whole())}>
          全体を表示
        </Button>
        {onPlace && (
          <Button
            size="small"
            onClick={() => onPlace({ latitude: view.latitude, longitude: view.longitude })}
          >
            {props.placeLabel ?? '地図の中央に決める'}
          </Button>
        )}
      </div>
      <svg
        ref={picture}
        viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`}
        role="group"
        aria-label={props.label}
        aria-describedby={helpId}
        tabIndex={0}
        data-places={onPlace ? 'true' : undefined}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerLeave={() => (drag.current = null)}
        onWheel={(event) => setView((one) => zoomed(one, event.deltaY < 0 ? 1.25 : 0.8))}
        onKeyDown={onKeyDown}
      >
        {outline.map((ring, i) => (
          <path key={i} className="point-map-outline" d={pathOf(view, ring)} />
        ))}
        {marks.map((mark) => (
          <Mark
            key={mark.key}
            mark={mark}
            view={view}
            selected={mark.key === props.selected}
            onSelect={onSelect}
            wasDrag={() => drag.current?.far === true}
          />
        ))}
        {onPlace && (
          <path
            className="point-map-cross"
            d={`M${MAP_WIDTH / 2 - 12} ${MAP_HEIGHT / 2}h24M${MAP_WIDTH / 2} ${MAP_HEIGHT / 2 - 12}v24`}
          />
        )}
        <path className="point-map-scale" d={`M16 ${MAP_HEIGHT - 16}v-6h${bar.width}v6`} />
        <text x={16} y={MAP_HEIGHT - 28}>
          {bar.metres >= 1_000 ? `${bar.metres / 1_000} km` : `${bar.metres} m`}
        </text>
      </svg>
      <p className="quiet" id={helpId}>
        引いて動かし、＋－で拡大・縮小します（キーボードは矢印、＋、－）。同じ内容が表にもあります。
        {props.credit !== '' && `　出典：${props.credit}`}
      </p>
    </div>
  )
}

function pathOf(view: MapView, ring: readonly (readonly [number, number])[]): string {
  const points = ring.map(([longitude, latitude]) => {
    const { x, y } = toPicture(view, { latitude, longitude })
    return `${x.toFixed(1)} ${y.toFixed(1)}`
  })
  return `M${points.join('L')}Z`
}

function Mark(props: {
  mark: MapMark
  view: MapView
  selected: boolean
  onSelect: ((key: string) => void) | undefined
  wasDrag: () => boolean
}): ReactNode {
  const { mark, selected, onSelect } = props
  const { x, y } = toPicture(props.view, mark)
  // Far outside the picture there is nothing to draw.
  if (x < -40 || y < -40 || x > MAP_WIDTH + 40 || y > MAP_HEIGHT + 40) return null
  const size = mark.text === undefined ? 7 : 14
  return (
    <g
      className="point-map-mark"
      data-tone={mark.tone}
      data-selected={selected || undefined}
      data-acts={onSelect ? 'true' : undefined}
      onClick={() => {
        if (!props.wasDrag()) onSelect?.(mark.key)
      }}
    >
      <title>{mark.label}</title>
      {/* Fingers are larger than marks. */}
      <circle className="point-map-reach" cx={x} cy={y} r={18} />
      {mark.tone === 'square' ? (
        <rect x={x - size} y={y - size} width={size * 2} height={size * 2} />
      ) : mark.tone === 'alert' ? (
        <path d={`M${x} ${y - size - 2}L${x + size + 2} ${y + size}H${x - size - 2}Z`} />
      ) : (
        <circle cx={x} cy={y} r={size} />
      )}
      {mark.text !== undefined && (
        <text x={x} y={y + 4} textAnchor="middle">
          {mark.text}
        </text>
      )}
    </g>
  )
}
