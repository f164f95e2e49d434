import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { grouped } from '../fields/whole-number-input.ts'

/** One entrance of a menu page. */
export type TileContent = {
  readonly title: string
  readonly to: string
  readonly description: string
  /** A figure worth seeing before entering: 未処理の件数. */
  readonly count?: { readonly value: number; readonly unit: string } | undefined
}

/** Entrances as large targets, in rows. */
export function Tiles(props: { tiles: readonly TileContent[] }): ReactNode {
  return (
    <ul className="tiles">
      {props.tiles.map((tile) => (
        <li key={tile.to}>
          <div className="tile">
            <span className="tile-title">
              <Link to={tile.to}>{tile.title}</Link>
            </span>
            <span className="quiet">{tile.description}</span>
            {tile.count && (
              <span>
                <span className="tile-count">{grouped(tile.count.value)}</span> {tile.count.unit}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}
