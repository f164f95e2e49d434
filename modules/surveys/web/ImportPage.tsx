import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { importColumns } from '../import-table.ts'
import { importResults } from '../imports.contract.ts'
import { countTasks, listTasks } from '../tasks.contract.ts'
import { base64Of } from './send-photo.ts'

const MOST_BYTES = 700_000
const As = radioOf<'result' | 'reference'>(
  [
    { value: 'result', label: '調査結果として取り込む', hint: '県や他のシステムによる被害認定の結果' },
    {
      value: 'reference',
      label: '参考として取り込む',
      hint: '保険会社の査定など。調査員への連絡事項に書き、結果にはしません',
    },
  ],
  'column',
)

const countWords: readonly (readonly [keyof OutputOf<typeof importResults>['counts'], string])[] = [
  ['rows', '行'],
  ['added', '新しい調査対象'],
  ['matched', '登録済みの調査対象に登録'],
  ['unchanged', '変更なし'],
  ['kept', 'すでに結果があるため登録しない'],
  ['refused', '誤りのため登録しない'],
]

/** Results of other systems and insurers, from CSV or GeoJSON: tried first, then taken in. */
export function ImportPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="他の調査結果の取込"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '他の調査結果の取込' },
      ]}
      lead="CSV か GeoJSON を選び、先に試してから取り込みます。同じファイルを二度取り込んでも、二重には登録されません。"
    >
      {disasterId === null ? <ChooseDisaster /> : <ImportForm disasterId={disasterId} />}
    </Page>
  )
}

function ImportForm(props: { disasterId: string }): ReactNode {
  const can = useCan()
  const [source, setSource] = useState('')
  const [as, setAs] = useState<'result' | 'reference' | null>('result')
  const [chosen, setChosen] = useState<{ name: string; base64: string } | null>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const [done, setDone] = useState<OutputOf<typeof importResults> | null>(null)
  const [importId, setImportId] = useState(() => uuidv7())
  const sending = useSend(importResults, {
    invalidates: [listTasks, countTasks],
    onDone: (answer) => {
      setDone(answer)
      setImportId(uuidv7())
    },
  })
  const start = (dryRun: boolean): void =>
    sending.start({
      importId,
      disasterId: props.disasterId,
      source,
      as: as ?? 'result',
      format: chosen?.name.toLowerCase().endsWith('json') ? 'geojson' : 'csv',
      base64: chosen?.base64 ?? '',
      dryRun,
    })
  const missing =
    source.trim() === ''
      ? '取込元の名前を入力してください'
      : chosen === null
        ? 'ファイルを選んでください'
        : null
  return (
    <>
      <Section title="取り込むファイル">
        <LooseField
          name="source"
          label="取込元の名前"
          kind={Text}
          value={source}
          onChange={(value) => {
            setSource(value)
            setDone(null)
          }}
          hint="例：県の調査システム、○○損保。同じ名前の同じ番号は、同じ住家として扱います"
          required
        />
        <LooseField
          name="as"
          label="取込の扱い"
          kind={As}
          value={as}
          onChange={(value) => {
            setAs(value)
            setDone(null)
          }}
        />
        <label className="field">
          <span className="field-label">ファイル（CSV・GeoJSON、700KBまで）</span>
          <input
            type="file"
            accept=".csv,.json,.geojson"
            onChange={(event) => {
              const [picked] = event.target.files ?? []
              setDone(null)
              setTooLarge(picked !== undefined && picked.size > MOST_BYTES)
              if (!picked || picked.size > MOST_BYTES) return setChosen(null)
              void picked
                .arrayBuffer()
                .then((bytes) => setChosen({ name: picked.name, base64: base64Of(new Uint8Array(bytes)) }))
            }}
          />
        </label>
        {tooLarge && <p className="field-error">700KBを超えています。ファイルを分けてください。</p>}
        <details>
          <summary>使える列の名前</summary>
          <ul>
            {Object.values(importColumns).map((names) => (
              <li key={names[0]}>{names.join('、')}</li>
            ))}
          </ul>
          <p>
            「番号」「被害の程度」「調査日」は必ず必要です。「所在地」か「調査番号」のどちらかも必要です。
          </p>
        </details>
      </Section>
      {sending.error && <ErrorSummary error={sending.error} />}
      {done && (
        <Section title={done.done ? '取り込んだ結果' : '試した結果（まだ登録していません）'}>
          <Banner
            tone={done.findingCount > 0 ? 'warning' : 'success'}
            title={done.findingCount > 0 ? `確かめる行が${done.findingCount}あります` : '誤りはありません'}
            announce
          />
          <DescriptionList
            items={countWords.map(([key, term]) => ({ term, value: `${done.counts[key]}件` }))}
          />
          {done.unused.length > 0 && <p>{`使わない列：${done.unused.join('、')}`}</p>}
          <ul>
            {done.findings.map((one, i) => (
              <li key={i}>{`${one.line}行目　${one.item}：${one.message}`}</li>
            ))}
          </ul>
        </Section>
      )}
      <div className="button-row">
        <Button
          busy={sending.busy}
          permit={can(importResults)}
          unavailable={missing}
          onClick={() => start(true)}
        >
          試す
        </Button>
        <Button
          look="solid"
          busy={sending.busy}
          permit={can(importResults)}
          unavailable={missing ?? (done === null || done.done ? '先に試してください' : null)}
          onClick={() => start(false)}
        >
          取り込む
        </Button>
      </div>
    </>
  )
}
