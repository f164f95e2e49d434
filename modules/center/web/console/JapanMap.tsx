import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { getOverview } from '../../console.contract.ts'
import { townStates, type TownState } from '../../console.ts'

type Overview = OutputOf<typeof getOverview>
type Drawing = {
  readonly prefectures: readonly { readonly name: string; readonly d: string }[]
  readonly halls: Readonly<Record<string, readonly [number, number]>>
}

const drawingUrl = new URL('./map/japan.json', import.meta.url).href
const shown: readonly TownState[] = ['stopped', 'maintenance', 'trouble', 'open']

/**
 * Towns where they are, each with its state. The table beside it says the same in words, so that screen readers pass the
 * drawing by; state is told by shape too, never by colour alone.
 */
export function JapanMap(props: {
  overview: Overview
  prefecture: string | null
  onPrefecture: (name: string) => void
}): ReactNode {
  const { overview, prefecture } = props
  const navigate = useNavigate()
  const drawing = useQuery({
    queryKey: ['map of Japan'],
    queryFn: async ({ signal }): Promise<Drawing> => {
      const answer = await fetch(drawingUrl, { signal })
      if (!answer.ok) throw new Error('the map is not there')
      return (await answer.json()) as Drawing
    },
    staleTime: Infinity,
  })
  const states = new Map(overview.prefectures.map(({ name, state }) => [name, state]))
  const { data } = drawing
  return (
    <figure className="japan-map">
      <svg viewBox="-75 -10 755 770" aria-hidden="true">
        {data && (
          <>
            {data.prefectures.map(({ name, d }) => (
              <path
                key={name}
                d={d}
                className="map-prefecture"
                data-state={states.get(name) ?? 'none'}
                data-chosen={prefecture === name || undefined}
                onClick={() => props.onPrefecture(name)}
              >
                <title>{name}</title>
              </path>
            ))}
            <path d="M-65 270L120 270L225 170L225 120" className="map-apart" />
            {/* The grave ones last: they must not lie under others. */}
            {shown.toReversed().map((state) =>
              overview.towns
                .filter((town) => town.state === state)
                .map((town) => {
                  const [x, y] = data.halls[town.municipalityCode] ?? []
                  if (x === undefined || y === undefined) return null
                  return (
                    <g
                      key={town.municipalityCode}
                      transform={`translate(${x} ${y})`}
                      className="map-town"
                      data-state={state}
                      onClick={() =>
                        void navigate({
                          to: '/towns/$municipalityCode' as string,
                          params: { municipalityCode: town.municipalityCode },
                        })
                      }
                    >
                      <title>{`${town.prefecture}${town.name}：${townStates[state]}`}</title>
                      <Mark state={state} />
                    </g>
                  )
                }),
            )}
          </>
        )}
      </svg>
      <figcaption>
        <ul className="map-legend">
          {shown.map((state) => (
            <li key={state}>
              <svg viewBox="-9 -9 18 18" aria-hidden="true" className="map-town" data-state={state}>
                <Mark state={state} />
              </svg>
              {townStates[state]}
            </li>
          ))}
        </ul>
        <p className="small quiet">
          都道府県の形：国土数値情報（国土交通省）を加工。沖縄県は左上に移しています。
        </p>
        {drawing.error && <p className="small">地図を読み込めませんでした。表は表示しています。</p>}
      </figcaption>
    </figure>
  )
}

function Mark({ state }: { state: TownState }): ReactNode {
  switch (state) {
    case 'stopped':
      return <path d="M-7 -7L7 7M-7 7L7 -7" className="map-cross" />
    case 'maintenance':
      return <rect x="-6" y="-6" width="12" height="12" />
    case 'trouble':
      return <path d="M0 -8L8 7L-8 7Z" />
    case 'open':
    case 'none':
      return <circle r="5" />
  }
}
