import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import type { getNonDwelling } from '../non-dwellings.contract.ts'
import { nonDwellingKinds, ownerKinds } from '../non-dwellings.ts'

type Answer = OutputOf<typeof getNonDwelling>
type Description = Answer['history'][number]

const items: readonly (readonly [string, (one: Description) => string])[] = [
  ['種類', ({ kind }) => labelOf(nonDwellingKinds, kind)],
  ['物件', ({ words }) => words.name],
  ['被災場所', ({ words }) => words.place],
  ['所有者の区分', ({ ownerKind }) => labelOf(ownerKinds, ownerKind)],
  ['所有者', ({ words }) => words.ownerName],
  ['法人番号', ({ words }) => words.corporateNo],
  ['所有者の住所・所在地', ({ words }) => words.ownerAddress],
  ['電話番号', ({ words }) => words.phone],
  ['備考', ({ words }) => words.note],
]

/** Who wrote what when: of each change what was before and what came after. */
export function History(props: { data: Answer }): ReactNode {
  const { history, property } = props.data
  return (
    <Section title="記載の経過">
      <ol reversed>
        {history.map((one, i) => {
          const before = history[i + 1]
          const changed = before && items.filter(([, of]) => of(one) !== of(before))
          return (
            <li key={one.at}>
              {`${instantText(one.at)}　${one.by}　${before ? '記載を変更' : '登録'}`}
              {before && (
                <ul>
                  {changed!.map(([label, of]) => (
                    <li key={label}>
                      {`${label}：`}
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
