import { useQuery } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listDwellingBlocks, searchDwellings } from '../dwellings.contract.ts'
import { addressText, houseKind } from './dwelling-text.ts'

/** One house of the register: first its 町字, then its number, then which. */
export function ChooseHouse(props: {
  chosen: string | null
  onChoose: (dwellingId: string) => void
}): ReactNode {
  const id = useId()
  const [block, setBlock] = useState<string | null>(null)
  const [number, setNumber] = useState('')
  const blocks = useQuery(q(listDwellingBlocks, {}))
  const found = useQuery({
    ...q(searchDwellings, { blockCode: block ?? '', number }),
    enabled: block !== null,
  })
  if (blocks.error) return <ErrorSummary error={blocks.error} />
  if (!blocks.data) return <Progress label="読み込んでいます" />
  return (
    <div className="field-group">
      <div className="field-row">
        <div className="field">
          <label htmlFor={`${id}block`}>家屋の町字</label>
          <span className="select-frame">
            <select
              className="input"
              id={`${id}block`}
              value={block ?? '-'}
              onChange={(event) => setBlock(event.target.value === '-' ? null : event.target.value)}
            >
              <option value="-">選択してください</option>
              {blocks.data.blocks.map(({ blockCode, name, standing }) => (
                <option key={blockCode} value={blockCode}>
                  {name}（{standing}棟）
                </option>
              ))}
            </select>
          </span>
        </div>
        <div className="field">
          <label htmlFor={`${id}number`}>番地で絞り込む</label>
          <input
            className="input"
            id={`${id}number`}
            value={number}
            onChange={(event) => setNumber(event.target.value)}
          />
        </div>
      </div>
      {found.error && <ErrorSummary error={found.error} />}
      {block !== null && found.data?.dwellings.length === 0 && (
        <p className="quiet">家屋がありません。「家屋」の画面で追加できます。</p>
      )}
      {found.data && found.data.dwellings.length > 0 && (
        <fieldset className="field-group">
          <legend>家屋</legend>
          {found.data.dwellings.map((house) => (
            <p key={house.dwellingId}>
              <label>
                <input
                  type="radio"
                  name={`${id}house`}
                  checked={props.chosen === house.dwellingId}
                  onChange={() => props.onChoose(house.dwellingId)}
                />{' '}
                {addressText(house)}　{houseKind(house)}
              </label>
            </p>
          ))}
          {found.data.more && <p className="quiet">ほかにもあります。番地で絞り込んでください。</p>}
        </fieldset>
      )}
    </div>
  )
}
