import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useArranged } from '../../ledger/web/published/item-names.tsx'
import type { getNonDwelling } from '../non-dwellings.contract.ts'
import { nonDwellingKinds, ownerKinds } from '../non-dwellings.ts'

type Answer = OutputOf<typeof getNonDwelling>
type Description = Answer['history'][number]

const items: readonly {
  readonly item?: string
  readonly label: string
  readonly of: (one: Description) => string
}[] = [
  { label: '種類', of: ({ kind }) => labelOf(nonDwellingKinds, kind) },
  { label: '物件', of: ({ words }) => words.name },
  { label: '被災場所', of: ({ words }) => words.place },
  { label: '所有者の区分', of: ({ ownerKind }) => labelOf(ownerKinds, ownerKind) },
  { label: '所有者', of: ({ words }) => words.ownerName },
  { item: 'corporateNo', label: '法人番号', of: ({ words }) => words.corporateNo },
  { item: 'ownerAddress', label: '所有者の住所・所在地', of: ({ words }) => words.ownerAddress },
  { item: 'phone', label: '電話番号', of: ({ words }) => words.phone },
  { item: 'note', label: '備考', of: ({ words }) => words.note },
]

/** Who wrote what when: of each change what was before and what came after. */
export function History(props: { data: Answer }): ReactNode {
  const { history, property } = props.data
  const shown = useArranged('non-dwellings')(items)
  return (
    <Section title="記載の経過">
      <ol reversed>
        {history.map((one, i) => {
          const before = history[i + 1]
          const changed = before && shown.filter(({ of }) => of(one) !== of(before))
          return (
            <li key={one.at}>
              {`${instantText(one.at)}　${one.by}　${before ? '記載を変更' : '登録'}`}
              {before && (
                <ul>
                  {changed!.map(({ label, name, of }) => (
                    <li key={label}>
                      {`${name ?? label}：`}
                      <del>{of(before) || '（空欄）'}</del>
                      {` → ${of(one) || '（空欄）'}`}
                    </li>
                  ))}
                  {changed!.length === 0 && (
                    <li>{property.suppressed ? '表示されない項目の変更' : '変わった項目はありません'}</li>
                  )}
                </ul>
              )}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}
