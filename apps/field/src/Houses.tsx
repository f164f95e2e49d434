import { useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { metresBetween } from '@open-bcl/modules/surveys/places.ts'
import { taskStates } from '@open-bcl/modules/surveys/surveys.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import type { CarriedTask, Work } from './sync.ts'

export type Here = {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyM: number | null
}

/** Rows are of one height: only those in sight are drawn, however many there are. */
const ROW = 92
const BEYOND = 6

export function whereAmI(): Promise<Here | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracyM: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    )
  })
}

const fold = (words: string): string => words.normalize('NFKC').toLowerCase().replace(/\s/g, '')

export function stateLabel(task: CarriedTask, recorded: boolean): string {
  if (recorded && (task.state === 'waiting' || task.state === 'claimed')) return '記録済み（この端末）'
  return taskStates.find(({ value }) => value === task.state)?.label ?? ''
}

export function Houses(props: {
  work: Work
  recorded: ReadonlySet<string>
  query: string
  onQuery: (query: string) => void
  here: Here | null
  onHere: (here: Here | null) => void
  onChoose: (taskId: string) => void
}): ReactNode {
  const { work, recorded, here } = props
  const query = useDeferredValue(fold(props.query))
  const [left, setLeft] = useState(true)
  const [top, setTop] = useState(0)
  const [finding, setFinding] = useState(false)
  const [said, setSaid] = useState('')
  const box = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(800)
  useEffect(() => setHeight(box.current?.clientHeight ?? 800), [top])
  const folded = useMemo(
    () => work.map((task) => fold(`${task.address} ${task.headName} ${task.applicantName} ${task.taskNo}`)),
    [work],
  )
  const shown = useMemo(() => {
    const found = work.filter(
      (task, i) =>
        (query === '' || folded[i]!.includes(query)) &&
        (!left || (!recorded.has(task.taskId) && (task.state === 'waiting' || task.state === 'claimed'))),
    )
    if (here === null) return found.toSorted((one, other) => Number(other.urgent) - Number(one.urgent))
    const far = new Map(found.map((task) => [task, task.point ? metresBetween(here, task.point) : Infinity]))
    return found.toSorted((one, other) => far.get(one)! - far.get(other)!)
  }, [work, folded, query, left, recorded, here])
  const first = Math.max(0, Math.floor(top / ROW) - BEYOND)
  const rows = shown.slice(first, first + Math.ceil(height / ROW) + 2 * BEYOND)
  const near = async (): Promise<void> => {
    setFinding(true)
    const found = await whereAmI()
    setFinding(false)
    setSaid(found === null ? '今いる場所が分かりません。端末の位置情報の設定を確かめてください。' : '')
    props.onHere(found)
    box.current?.scrollTo({ top: 0 })
  }
  return (
    <>
      <label className="field-search">
        <span className="field-label">所在地・世帯主・番号で探す</span>
        <input
          className="input"
          type="search"
          value={props.query}
          onChange={(event) => {
            props.onQuery(event.target.value)
            box.current?.scrollTo({ top: 0 })
          }}
        />
      </label>
      <div className="button-row">
        <label className="choice">
          <input type="checkbox" checked={left} onChange={(event) => setLeft(event.target.checked)} />{' '}
          未調査だけ
        </label>
        <Button size="small" busy={finding} onClick={() => void near()}>
          {finding ? '位置を調べています…' : '近い順にする'}
        </Button>
        <span role="status">{shown.length.toLocaleString()}件</span>
      </div>
      {said !== '' && <p>{said}</p>}
      <div
        ref={box}
        className="field-list"
        role="region"
        aria-label="調査対象"
        tabIndex={0}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <ul style={{ height: shown.length * ROW }}>
          {rows.map((task, i) => (
            <li
              key={task.taskId}
              style={{ top: (first + i) * ROW, height: ROW }}
              aria-setsize={shown.length}
              aria-posinset={first + i + 1}
            >
              <button type="button" onClick={() => props.onChoose(task.taskId)}>
                <strong>{task.suppressed ? '所在地は表示できません' : task.address}</strong>
                <span>
                  {task.headName || task.applicantName || '世帯主不明'}
                  {here && task.point && `　約${metresText(metresBetween(here, task.point))}`}
                </span>
                <span>
                  {task.urgent && <Badge tone="error">急ぐ</Badge>}{' '}
                  <Badge
                    tone={
                      task.state === 'conflict' ? 'error' : recorded.has(task.taskId) ? 'success' : 'neutral'
                    }
                  >
                    {stateLabel(task, recorded.has(task.taskId))}
                  </Badge>{' '}
                  {task.claimedBy}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

export function metresText(metres: number): string {
  return metres >= 1_000 ? `${(metres / 1_000).toFixed(1)}km` : `${Math.round(metres)}m`
}
