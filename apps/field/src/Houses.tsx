import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { metresBetween } from '@open-bcl/modules/surveys/places.ts'
import { taskStates } from '@open-bcl/modules/surveys/surveys.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { fold, nearestFirst, type Here, type Row } from './houses-index.ts'
import type { CarriedTask } from './sync.ts'

/** Rows are of one height: only those in sight are drawn, however many there are. */
const ROW = 92
const BEYOND = 6

/** What was looked for: whoever comes back from a house goes on there. */
export type Search = { readonly query: string; readonly left: boolean }

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

export function stateLabel(task: CarriedTask, recorded: boolean): string {
  if (recorded && (task.state === 'waiting' || task.state === 'claimed')) return '記録済み（この端末）'
  return taskStates.find(({ value }) => value === task.state)?.label ?? ''
}

export function Houses(props: {
  index: readonly Row[]
  recorded: ReadonlySet<string>
  search: Search
  onSearch: (search: Search) => void
  /** How far down the list stands when it is opened, px. */
  startAt: number
  here: Here | null
  onHere: (here: Here | null) => void
  onChoose: (taskId: string, top: number) => void
}): ReactNode {
  const { index, recorded, search, startAt, here } = props
  const { left } = search
  const query = useDeferredValue(fold(search.query))
  const [sight, setSight] = useState({ first: Math.floor(startAt / ROW), rows: 12 })
  const [finding, setFinding] = useState(false)
  const [said, setSaid] = useState('')
  const box = useRef<HTMLDivElement>(null)
  /** Rows are drawn anew when another one comes into sight, not at every pixel. */
  const look = (): void => {
    const { scrollTop, clientHeight } = box.current!
    const [first, rows] = [Math.floor(scrollTop / ROW), Math.ceil(clientHeight / ROW) + 1]
    setSight((was) => (was.first === first && was.rows === rows ? was : { first, rows }))
  }
  useLayoutEffect(() => {
    box.current!.scrollTop = startAt
  }, [startAt])
  const ordered = useMemo(() => (here === null ? index : nearestFirst(index, here)), [index, here])
  const shown = useMemo(
    () =>
      ordered.filter(
        ({ task, words }) =>
          (query === '' || words.includes(query)) &&
          (!left || (!recorded.has(task.taskId) && (task.state === 'waiting' || task.state === 'claimed'))),
      ),
    [ordered, query, left, recorded],
  )
  const first = Math.max(0, sight.first - BEYOND)
  const rows = shown.slice(first, sight.first + sight.rows + BEYOND)
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
          value={search.query}
          onChange={(event) => {
            props.onSearch({ ...search, query: event.target.value })
            box.current?.scrollTo({ top: 0 })
          }}
        />
      </label>
      <div className="button-row">
        <label className="choice">
          <input
            type="checkbox"
            checked={left}
            onChange={(event) => props.onSearch({ ...search, left: event.target.checked })}
          />{' '}
          未調査だけ
        </label>
        <Button size="small" busy={finding} onClick={() => void near()}>
          {finding ? '位置を調べています…' : '近い順にする'}
        </Button>
        <span role="status">{shown.length.toLocaleString()}件</span>
      </div>
      {said !== '' && <p>{said}</p>}
      <div ref={box} className="field-list" role="region" aria-label="調査対象" tabIndex={0} onScroll={look}>
        <ul style={{ height: shown.length * ROW }}>
          {rows.map(({ task }, i) => (
            <li
              key={task.taskId}
              style={{ top: (first + i) * ROW, height: ROW }}
              aria-setsize={shown.length}
              aria-posinset={first + i + 1}
            >
              <button type="button" onClick={() => props.onChoose(task.taskId, box.current!.scrollTop)}>
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
