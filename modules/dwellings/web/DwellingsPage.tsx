import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { PointMap, type MapMark } from '@open-bcl/ui/map/PointMap.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  addDwelling,
  exportDwellings,
  listDwellingBlocks,
  searchDwellings,
  takeNewHouses,
} from '../dwellings.contract.ts'
import { isResidential } from '../dwellings.ts'
import { addressText, houseKind, householdsText, ownersText, type HouseRow } from './dwelling-text.ts'

type Only = 'all' | 'linked' | 'unlinked' | 'no-position'
type Filter = { readonly block?: string; readonly number?: string; readonly only?: Only }
type Blocks = OutputOf<typeof listDwellingBlocks>

const column = columnsOf<HouseRow>()
const columns = column.columns([
  column.accessor(addressText, { id: 'address', header: '家屋の所在' }),
  column.accessor(houseKind, { id: 'kind', header: '構造・階数・用途' }),
  column.accessor(ownersText, { id: 'owners', header: '所有者' }),
  column.accessor(householdsText, {
    id: 'households',
    header: '住んでいた世帯',
    cell: ({ row }) => <Lived house={row.original} />,
  }),
  column.accessor('position', {
    header: '位置',
    meta: { nowrap: true },
    cell: (cell) =>
      cell.row.original.concealed ? (
        <Badge>非表示</Badge>
      ) : cell.getValue() === null ? (
        <Badge tone="warning">未定</Badge>
      ) : cell.getValue()!.source === 'hand' ? (
        '手で設定'
      ) : (
        '台帳'
      ),
  }),
])

function Lived(props: { house: HouseRow }): ReactNode {
  const { households, state, useCode } = props.house
  if (state === 'gone') return <Badge>滅失</Badge>
  // Sheds and storehouses are no work that is left to do.
  if (households.length === 0 && !isResidential(useCode)) return <span className="quiet">住家でない用途</span>
  if (households.length === 0) return <Badge tone="warning">未結付け</Badge>
  return (
    <>
      {householdsText(props.house)} {!households.some(({ owns }) => owns) && <Badge>所有者と別</Badge>}
    </>
  )
}

/** 家屋の一覧 and the map they stand on. */
export function DwellingsPage(): ReactNode {
  const can = useCan()
  return (
    <Page
      title="家屋（地図）"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '家屋（地図）' }]}
      lead="家屋課税台帳の家屋です。町字を選ぶと、その町字の家屋を地図と表に出します。"
      actions={
        can(addDwelling).allowed && (
          <Link to="/dwellings/new" className="button">
            台帳に無い家屋を追加する
          </Link>
        )
      }
    >
      <Loaded />
    </Page>
  )
}

function Loaded(): ReactNode {
  const { data, error } = useQuery({
    ...q(listDwellingBlocks, {}),
    // While a job runs, its end is looked for.
    refetchInterval: (query) => (query.state.data?.run?.state === 'waiting' ? 2_000 : false),
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <FromRegister data={data} />
      <Houses data={data} />
    </>
  )
}

/** What 家屋課税台帳 has otherwise: offered, never done by itself. */
function FromRegister(props: { data: Blocks }): ReactNode {
  const { differences, run } = props.data
  const toast = useToast()
  if (run?.state === 'waiting')
    return (
      <Banner
        tone="information"
        title="家屋課税台帳から取り込んでいます。このまま他の仕事ができます。"
        announce
      />
    )
  const changed = differences.changed + differences.removed
  return (
    <>
      {differences.new > 0 && (
        <Banner
          tone="information"
          title={`家屋課税台帳に、まだ取り込んでいない家屋が${grouped(differences.new)}棟あります`}
        >
          <AskButton
            endpoint={takeNewHouses}
            input={{}}
            invalidates={[listDwellingBlocks]}
            label="取り込む"
            question={`${grouped(differences.new)}棟を取り込みますか`}
            confirm="取り込む"
            onDone={({ houses }) => toast(`${grouped(houses)}棟の取り込みを始めました`)}
          >
            <p>ここにある家屋の記載は変わりません。新しい家屋だけを加えます。</p>
          </AskButton>
        </Banner>
      )}
      {changed > 0 && (
        <Banner tone="warning" title={`家屋課税台帳と違う家屋が${changed}棟あります`}>
          <Link to="/dwellings/differences">違いを確かめて、合わせるか、そのままにするかを決める</Link>
        </Banner>
      )}
      {run !== null && (
        <p className="quiet">
          最後の取り込み：{instantText(run.askedAt)}　{grouped(run.taken)}棟（{run.by}）
        </p>
      )}
    </>
  )
}

function Houses(props: { data: Blocks }): ReactNode {
  const { blocks, outline, credit } = props.data
  const { block, number, only } = useSearch({ strict: false }) as Filter
  const navigate = useNavigate()
  const id = useId()
  const go = (to: Filter): void =>
    void navigate({
      to: '.',
      replace: to.block === block,
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], ...to }) as never,
    })
  const chosen = blocks.find(({ blockCode }) => blockCode === block)
  if (blocks.length === 0)
    return <p>家屋がまだありません。家屋課税台帳を連携し、上の「取り込む」を押すと、ここに出ます。</p>
  return (
    <>
      <div className="field-row">
        <div className="field">
          <label htmlFor={id}>町字</label>
          <span className="select-frame">
            <select
              className="input"
              id={id}
              value={block ?? '-'}
              onChange={(event) => go(event.target.value === '-' ? {} : { block: event.target.value })}
            >
              <option value="-">町全体</option>
              {blocks.map(({ blockCode, name, standing }) => (
                <option key={blockCode} value={blockCode}>
                  {name}（{standing}棟）
                </option>
              ))}
            </select>
          </span>
        </div>
      </div>
      {chosen === undefined ? (
        <PointMap
          key="town"
          label="町字ごとの家屋の棟数の地図"
          outline={outline}
          credit={credit}
          marks={blocks.flatMap((one) =>
            one.latitude === null || one.longitude === null
              ? []
              : [
                  {
                    ...{ key: one.blockCode, latitude: one.latitude, longitude: one.longitude },
                    ...{ label: `${one.name}　${one.standing}棟`, tone: 'hollow' as const },
                    text: String(one.standing),
                  },
                ],
          )}
          onSelect={(blockCode) => go({ block: blockCode })}
        />
      ) : (
        <Block
          key={chosen.blockCode}
          block={chosen}
          outline={outline}
          credit={credit}
          number={number ?? ''}
          only={only ?? 'all'}
          onFilter={(filter) => go({ block: chosen.blockCode, ...filter })}
        />
      )}
    </>
  )
}

const filters: readonly { readonly value: Only; readonly label: string }[] = [
  { value: 'all', label: 'すべて' },
  { value: 'linked', label: '世帯と結付け済' },
  { value: 'unlinked', label: '未結付け' },
  { value: 'no-position', label: '位置が未定' },
]

function Block(props: {
  block: Blocks['blocks'][number]
  outline: Blocks['outline']
  credit: string
  number: string
  only: Only
  onFilter: (filter: Filter) => void
}): ReactNode {
  const { block, number, only } = props
  const disasterId = useSelectedDisaster()
  const navigate = useNavigate()
  const id = useId()
  const input = { blockCode: block.blockCode, number, only, disasterId }
  const { data, error, refetch } = useQuery(q(searchDwellings, input))
  const open = (dwellingId: string): void =>
    void navigate({ to: '/dwellings/$dwellingId', params: { dwellingId } as never })
  const marks: MapMark[] = (data?.dwellings ?? []).flatMap((house) =>
    house.position === null
      ? []
      : [
          {
            ...{
              key: house.dwellingId,
              latitude: house.position.latitude,
              longitude: house.position.longitude,
            },
            label: `${addressText(house)}　${houseKind(house)}`,
            tone: house.state === 'gone' ? 'square' : house.households.length > 0 ? 'filled' : 'hollow',
          } as const,
        ],
  )
  return (
    <Section
      title={block.name}
      actions={
        <SaveButton
          endpoint={exportDwellings}
          input={{ blockCode: block.blockCode, disasterId }}
          label="この町字をCSVに書き出す"
        />
      }
    >
      <nav aria-label="家屋を絞り込む">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {filters
            .filter(({ value }) => disasterId !== null || value === 'all' || value === 'no-position')
            .map(({ value, label }) => (
              <li key={value}>
                <button
                  type="button"
                  className="button"
                  data-size="small"
                  data-look={only === value ? 'solid' : 'outline'}
                  aria-pressed={only === value}
                  onClick={() => props.onFilter({ number, only: value })}
                >
                  {label}
                </button>
              </li>
            ))}
        </ul>
      </nav>
      <div className="field">
        <label htmlFor={id}>番地で絞り込む</label>
        <input
          className="input"
          id={id}
          value={number}
          onChange={(event) => props.onFilter({ number: event.target.value, only })}
        />
      </div>
      {marks.length > 0 && (
        <PointMap
          key={`${only} ${marks.length > 0}`}
          label={`${block.name}の家屋の地図`}
          outline={props.outline}
          credit={props.credit}
          marks={marks}
          onSelect={open}
        />
      )}
      {marks.length > 0 && <p className="quiet">●：世帯と結付け済　○：未結付け　□：滅失</p>}
      {disasterId === null && <p className="quiet">画面の上で災害を選ぶと、住んでいた世帯を表示します。</p>}
      <DataTable
        caption={`${block.name}の家屋（番地の順）`}
        columns={columns}
        rows={data?.dwellings}
        rowKey={(row) => row.dwellingId}
        rowLink={({ dwellingId }) => ({ to: '/dwellings/$dwellingId', params: { dwellingId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>条件に合う家屋はありません。</p>}
      />
      {data?.more && <p>最初の100棟です。番地を入れて絞り込んでください。</p>}
      <p className="quiet">
        支援措置の方が住む家屋は、町字と建物の種類だけを表示します。所有者が支援措置の方であるときは、所有者を表示しません。
      </p>
    </Section>
  )
}
