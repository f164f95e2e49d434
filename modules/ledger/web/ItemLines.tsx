import type { Dispatch, ReactNode, SetStateAction } from 'react'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import type { NameLine } from '../item-names.ts'

const Shown = checkboxOf('表示する')

/** Names, order and hiding of items, to be changed. */
export function ItemLines<Line extends NameLine>(props: {
  lines: readonly Line[]
  setLines: Dispatch<SetStateAction<readonly Line[]>>
  /** What stands behind 「項目の名前」. */
  note?: (line: Line) => string
}): ReactNode {
  const { lines, setLines, note } = props
  const put = (i: number, changed: Partial<NameLine>): void =>
    setLines((kept) => kept.map((line, at) => (at === i ? { ...line, ...changed } : line)))
  const move = (i: number, by: -1 | 1): void =>
    setLines((kept) => {
      const next = [...kept]
      const other = next[i + by]
      if (other === undefined) return kept
      next[i + by] = next[i]!
      next[i] = other
      return next
    })
  return (
    <ol style={{ paddingInlineStart: '1.5em' }}>
      {lines.map((line, i) => (
        <li key={line.key}>
          <FieldRow>
            <LooseField
              name={`name-${line.key}`}
              label={`項目の名前${note?.(line) ?? ''}`}
              kind={Text}
              value={line.name}
              onChange={(name) => put(i, { name })}
            />
            <LooseField
              name={`shown-${line.key}`}
              label="表示"
              kind={Shown}
              value={line.shown}
              onChange={(shown) => put(i, { shown })}
            />
            <div className="button-row">
              <Button size="small" label={`${line.name}を上へ`} onClick={() => move(i, -1)}>
                ↑
              </Button>
              <Button size="small" label={`${line.name}を下へ`} onClick={() => move(i, 1)}>
                ↓
              </Button>
            </div>
          </FieldRow>
        </li>
      ))}
    </ol>
  )
}
