import { useId, type ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { kindWords, nameOf, numberOf, originWords, stateWords, type Version } from './version-text.ts'

/** Which version is opened, and which one it is compared with. */
export type Choice = { readonly versionId: string; readonly olderId: string | null }

/** Every version of a person, oldest first, with a choice of two. Not a `DataTable`: its rows are chosen, not followed. */
export function VersionsTable(props: {
  versions: readonly Version[]
  choice: Choice
  onChoose: (choice: Choice) => void
}): ReactNode {
  const { versions, choice, onChoose } = props
  const id = useId()
  const several = versions.length > 1
  return (
    <div className="table-block">
      <div className="table-scroll" role="region" aria-labelledby={id} tabIndex={0}>
        <table className="table">
          <caption id={id}>{`世代の一覧（古い順に${versions.length}件）`}</caption>
          <thead>
            <tr>
              {several && <th scope="col">比べる元</th>}
              <th scope="col">見る世代</th>
              <th scope="col">履歴番号-枝番</th>
              <th scope="col">状態</th>
              <th scope="col">取込通番</th>
              <th scope="col">取り込んだ日時</th>
              <th scope="col">ファイル</th>
              <th scope="col">世帯番号</th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.versionId}>
                {several && (
                  <td>
                    <input
                      type="radio"
                      className="row-choice"
                      name={`${id}-older`}
                      aria-label={`${nameOf(version)}と比べる`}
                      checked={choice.olderId === version.versionId}
                      onChange={() => onChoose({ ...choice, olderId: version.versionId })}
                    />
                  </td>
                )}
                <td>
                  <input
                    type="radio"
                    className="row-choice"
                    name={`${id}-newer`}
                    aria-label={`${nameOf(version)}を見る`}
                    checked={choice.versionId === version.versionId}
                    onChange={() => onChoose({ ...choice, versionId: version.versionId })}
                  />
                </td>
                <th scope="row" data-nowrap="true">
                  {numberOf(version)}
                </th>
                <td data-nowrap="true">
                  <StateCell version={version} />
                </td>
                <td data-nowrap="true">{rangeOf(version)}</td>
                <td data-nowrap="true">
                  {version.appliedAt === null ? '記録なし' : instantText(version.appliedAt)}
                </td>
                <td data-nowrap="true">
                  {version.fileNo === null ? noValue : `${version.fileNo}番`}（{originWords[version.origin]}）
                </td>
                <td data-nowrap="true">{version.householdNo ?? noValue}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {choice.olderId !== null && (
        <div>
          <Button size="small" onClick={() => onChoose({ ...choice, olderId: null })}>
            比べるのをやめ、一つだけ見る
          </Button>
        </div>
      )}
    </div>
  )
}

function StateCell(props: { version: Version }): ReactNode {
  const { state, kind, latest, deleted, toSeq } = props.version
  return (
    <>
      {stateWords[state]}（{kindWords[kind]}） {deleted && <Badge tone="warning">削除</Badge>}
      {!deleted && toSeq === null && latest && <Badge tone="success">いまの最新</Badge>}
    </>
  )
}

/** 「17 から 22 まで」: the numbers of the town's data at which this version held. */
function rangeOf({ fromSeq, toSeq }: Version): string {
  return toSeq === null ? `${fromSeq}から今まで` : `${fromSeq}から${BigInt(toSeq) - 1n}まで`
}
