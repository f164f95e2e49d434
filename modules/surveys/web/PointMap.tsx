import { useId, useMemo, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { boxOf, type Ring } from '../places.ts'

export type MapPoint = {
  readonly id: string
  readonly label: string
  readonly latitude: number
  readonly longitude: number
  /** A word the legend explains; the shape says it too. */
  readonly tone: 'waiting' | 'working' | 'done'
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-10, 0],
  ArrowRight: [10, 0],
  ArrowUp: [0, -10],
  ArrowDown: [0, 10],
}
const WIDTH = 800
const HEIGHT = 500
const colours = { waiting: '#c2410c', working: '#1d4ed8', done: '#15803d' } as const
const words = { waiting: '● 未調査', working: '■ 調査中・確認待ち', done: '▲ 結果確定' } as const

/**
 * Places of houses without a base map, so that it needs no internet: north is up, the scale is said. Zoomed by buttons or
 * wheel of the keyboard; a line can be drawn by clicking its corners.
 */
export function PointMap(props: {
  points: readonly MapPoint[]
  ring?: Ring
  onCorner?: (corner: readonly [number, number]) => void
  onPoint?: (id: string) => void
}): ReactNode {
  const { points, ring = [], onCorner, onPoint } = props
  const titleId = useId()
  const [zoom, setZoom] = useState(1)
  const [cross, setCross] = useState<readonly [number, number]>([WIDTH / 2, HEIGHT / 2])
  const whole = useMemo(() => {
    const corners: [number, number][] = points.map((one) => [one.longitude, one.latitude])
    return corners.length === 0 ? { west: 137, east: 137.01, south: 36, north: 36.01 } : boxOf(corners)
  }, [points])
  const middle = { x: (whole.west + whole.east) / 2, y: (whole.south + whole.north) / 2 }
  // A degree of longitude is shorter than one of latitude.
  const shrink = Math.cos((middle.y * Math.PI) / 180)
  const span = Math.max(
    (whole.east - whole.west) * shrink,
    ((whole.north - whole.south) * WIDTH) / HEIGHT,
    0.002,
  )
  const perDegree = (WIDTH / (span * 1.1)) * zoom
  const at = (longitude: number, latitude: number): [number, number] => [
    WIDTH / 2 + (longitude - middle.x) * shrink * perDegree,
    HEIGHT / 2 - (latitude - middle.y) * perDegree,
  ]
  const cornerAt = (x: number, y: number): readonly [number, number] => [
    middle.x + (x - WIDTH / 2) / (shrink * perDegree),
    middle.y - (y - HEIGHT / 2) / perDegree,
  ]
  /** Without a mouse: arrows move a cross, Enter makes a corner of it. */
  const press = (event: KeyboardEvent<SVGSVGElement>): void => {
    const [x, y] = cross
    const way = steps[event.key]
    if (way) setCross([x + way[0], y + way[1]])
    else if (event.key === 'Enter') onCorner?.(cornerAt(x, y))
    else return
    event.preventDefault()
  }
  const click = (event: MouseEvent<SVGSVGElement>): void => {
    if (!onCorner) return
    const area = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - area.left) / area.width) * WIDTH
    const y = ((event.clientY - area.top) / area.height) * HEIGHT
    onCorner(cornerAt(x, y))
  }
  const metres = Math.round((100 / perDegree) * 111_320)
  return (
    <div>
      <div className="button-row">
        <button type="button" className="button" data-size="small" onClick={() => setZoom(zoom * 1.5)}>
          拡大
        </button>
        <button
          type="button"
          className="button"
          data-size="small"
          onClick={() => setZoom(Math.max(1, zoom / 1.5))}
        >
          縮小
        </button>
        <span className="quiet">
          {words.waiting}　{words.working}　{words.done}　（上が北、横棒は約{metres.toLocaleString('ja-JP')}
          m）
        </span>
      </div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role={onCorner ? 'application' : 'img'}
        tabIndex={onCorner ? 0 : undefined}
        onKeyDown={onCorner ? press : undefined}
        aria-labelledby={titleId}
        style={{ width: '100%', border: '1px solid #767676', background: '#fff' }}
        onClick={onCorner ? click : undefined}
      >
        <title id={titleId}>{`調査対象の位置（${points.length}件）`}</title>
        {ring.length > 0 && (
          <polygon
            points={ring.map(([x, y]) => at(x, y).join(',')).join(' ')}
            fill="#1d4ed822"
            stroke="#1d4ed8"
            strokeWidth={2}
          />
        )}
        {points.map((one) => {
          const [x, y] = at(one.longitude, one.latitude)
          if (x < -10 || y < -10 || x > WIDTH + 10 || y > HEIGHT + 10) return null
          const open =
            onPoint && !onCorner ? { onClick: () => onPoint(one.id), style: { cursor: 'pointer' } } : {}
          const look = { fill: colours[one.tone], ...open }
          const name = <title>{one.label}</title>
          if (one.tone === 'waiting')
            return (
              <circle key={one.id} cx={x} cy={y} r={5} {...look}>
                {name}
              </circle>
            )
          if (one.tone === 'working')
            return (
              <rect key={one.id} x={x - 5} y={y - 5} width={10} height={10} {...look}>
                {name}
              </rect>
            )
          return (
            <polygon key={one.id} points={`${x},${y - 6} ${x - 6},${y + 5} ${x + 6},${y + 5}`} {...look}>
              {name}
            </polygon>
          )
        })}
        {onCorner && (
          <path
            d={`M${cross[0] - 8},${cross[1]}h16M${cross[0]},${cross[1] - 8}v16`}
            stroke="#1a1a1a"
            strokeWidth={2}
          />
        )}
        <line x1={20} y1={HEIGHT - 20} x2={120} y2={HEIGHT - 20} stroke="#1a1a1a" strokeWidth={3} />
      </svg>
    </div>
  )
}
