import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getOverview } from '../../console.contract.ts'
import { townStates } from '../../console.ts'
import { clockText, LIVE_MS, shortInstant, stateTones, yenText } from './console-text.ts'
import { JapanMap } from './JapanMap.tsx'

type Now = OutputOf<typeof getOverview>
type Prefecture = Now['prefectures'][number]
type Town = Now['towns'][number]
type Issuer = Now['issuers'][number]

/** The first page: who keeps the accounts sees nothing of the service, and begins with the accounts. */
export function OverviewPage(): ReactNode {
  return useCan()(getOverview).allowed ? <Overview /> : <Navigate to={'/staff' as string} replace />
}

/** 全国の状況: the sentence first, then the figures, the map with its table, and the servers. */
function Overview(): ReactNode {
  const { data, error } = useQuery({ ...q(getOverview, {}), refetchInterval: LIVE_MS })
  const [prefecture, setPrefecture] = useState<string | null>(null)
  return (
    <Page
      title="全国の状況"
      lead={
        data
          ? `${clockText(data.at)} 現在。10秒ごとに自動で新しくなります。`
          : '10秒ごとに自動で新しくなります。'
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Standing overview={data} />
          <Figures nation={data.nation} />
          <Section
            title={prefecture ?? '都道府県'}
            actions={
              prefecture !== null && (
                <Button size="small" onClick={() => setPrefecture(null)}>
                  全国に戻る
                </Button>
              )
            }
          >
            <div className="map-and-table">
              <JapanMap overview={data} prefecture={prefecture} onPrefecture={setPrefecture} />
              {prefecture === null ? (
                <Prefectures rows={data.prefectures} onChoose={setPrefecture} />
              ) : (
                <Towns rows={data.towns.filter((town) => town.prefecture === prefecture)} />
              )}
            </div>
          </Section>
          <DataTable
            caption="証明発行サーバ（1分ごとに応答を確かめています）"
            columns={issuerColumns}
            rows={data.issuers}
            rowKey={(row) => row.endpoint}
            empty="今日の経路に証明発行サーバがありません。"
          />
        </>
      )}
    </Page>
  )
}

/** In one sentence whether there is something to do. */
function Standing({ overview }: { overview: Now }): ReactNode {
  const { nation, jpkiAwaySince, issuers } = overview
  const silent = issuers.filter((one) => one.failingSince !== null).length
  const grave = nation.stopped > 0 || jpkiAwaySince !== null
  const { asked, open, toReview } = nation.access
  const access = asked + open + toReview
  const calm =
    !grave && nation.openIncidents === 0 && nation.standingStops === 0 && silent === 0 && access === 0
  if (calm)
    return <Banner tone="information" title="すべての市区町村で、通常どおり取り扱っています" announce />
  return (
    <Banner
      tone={grave ? 'suppression' : 'warning'}
      title={
        nation.openIncidents > 0
          ? `対応が必要な事案が ${grouped(nation.openIncidents)} 件あります`
          : nation.standingStops > 0
            ? `停止が ${grouped(nation.standingStops)} 件続いています`
            : '確認が必要なことがあります'
      }
      announce
    >
      <ul className="plain-list">
        {jpkiAwaySince !== null && (
          <li>{`公的個人認証の失効確認ができません（${shortInstant(jpkiAwaySince)} から）`}</li>
        )}
        {nation.openIncidents > 0 && (
          <li>
            <Link to={'/incidents' as string}>事案を見る</Link>
          </li>
        )}
        {nation.standingStops > 0 && (
          <li>
            <Link to={'/stops' as string}>{`続いている停止 ${grouped(nation.standingStops)} 件を見る`}</Link>
          </li>
        )}
        {access > 0 && (
          <li>
            <Link to={'/access-grants' as string}>
              {`緊急閲覧：承認待ち ${grouped(asked)} 件、開いているもの ${grouped(open)} 件、事後確認待ち ${grouped(toReview)} 件`}
            </Link>
          </li>
        )}
        {silent > 0 && <li>{`証明発行サーバ ${grouped(silent)} 台が応答していません（下の表）`}</li>}
      </ul>
    </Banner>
  )
}

function Figures({ nation }: { nation: Now['nation'] }): ReactNode {
  const figures: readonly { label: string; value: string; note?: string }[] = [
    {
      label: '交付中の市区町村',
      value: `${grouped(nation.towns)}団体`,
      note: `停止 ${nation.stopped}・保守 ${nation.maintenance}・異常 ${nation.trouble}`,
    },
    {
      label: '登録済みの端末',
      value: `${grouped(nation.kiosks)}台`,
      note: `利用中 ${grouped(nation.inUse)}台`,
    },
    {
      label: '今日の取引',
      value: `${grouped(nation.transactions)}件`,
      note: `中止 ${grouped(nation.aborted)}件`,
    },
    {
      label: '今日の交付',
      value: `${grouped(nation.copies)}通`,
      note: `印刷済み ${grouped(nation.printed)}件`,
    },
    {
      label: '端末が未払いの現金',
      value: yenText(nation.owedYen),
      note: `${grouped(nation.owed)}件`,
    },
  ]
  return (
    <dl className="figure-row" aria-label="全国の合計">
      {figures.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <span className="figure-value">{value}</span>
            {note && <span className="small quiet">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Prefectures(props: { rows: readonly Prefecture[]; onChoose: (name: string) => void }): ReactNode {
  const columns = prefectureColumnsOf(props.onChoose)
  return (
    <DataTable
      caption="都道府県ごとの状況（選ぶと市区町村を表示します）"
      columns={columns}
      rows={props.rows}
      rowKey={(row) => row.name}
      empty="市区町村がまだ登録されていません。"
    />
  )
}

const prefectureColumn = columnsOf<Prefecture>()
const prefectureColumnsOf = (onChoose: (name: string) => void) =>
  prefectureColumn.columns([
    prefectureColumn.accessor('name', {
      header: '都道府県',
      meta: { nowrap: true },
      cell: (cell) => (
        <button type="button" className="link-button" onClick={() => onChoose(cell.getValue())}>
          {cell.getValue()}
        </button>
      ),
    }),
    prefectureColumn.accessor('state', {
      header: '状態',
      meta: { nowrap: true },
      cell: (cell) => <Badge tone={stateTones[cell.getValue()]}>{townStates[cell.getValue()]}</Badge>,
    }),
    prefectureColumn.accessor('towns', {
      header: '団体',
      meta: { align: 'end' },
      cell: (c) => grouped(c.getValue()),
    }),
    prefectureColumn.accessor('kiosks', {
      header: '端末',
      meta: { align: 'end' },
      cell: (c) => grouped(c.getValue()),
    }),
    prefectureColumn.accessor('copies', {
      header: '通数',
      meta: { align: 'end' },
      cell: (c) => grouped(c.getValue()),
    }),
  ])

function Towns(props: { rows: readonly Town[] }): ReactNode {
  return (
    <DataTable
      caption="市区町村ごとの状況"
      columns={townColumns}
      rows={props.rows}
      rowKey={(row) => row.municipalityCode}
      rowLink={(row) => ({
        to: '/towns/$municipalityCode',
        params: { municipalityCode: row.municipalityCode },
      })}
      empty="登録されている市区町村がありません。"
    />
  )
}

const townColumn = columnsOf<Town>()
const townColumns = townColumn.columns([
  townColumn.accessor('name', { header: '市区町村', meta: { nowrap: true } }),
  townColumn.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => <Badge tone={stateTones[cell.getValue()]}>{townStates[cell.getValue()]}</Badge>,
  }),
  townColumn.accessor('openIncidents', {
    header: '事案',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
  townColumn.accessor('kiosks', {
    header: '端末',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
  townColumn.accessor('copies', {
    header: '通数',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
  townColumn.accessor('aborted', {
    header: '中止',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
])

const issuerColumn = columnsOf<Issuer>()
const issuerColumns = issuerColumn.columns([
  issuerColumn.accessor('endpoint', { header: 'サーバ' }),
  issuerColumn.display({
    id: 'state',
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) =>
      original.failingSince !== null ? (
        <Badge tone="error">{`応答なし（${shortInstant(original.failingSince)}から）`}</Badge>
      ) : original.answeredAt === null ? (
        <Badge>確認前</Badge>
      ) : (
        <Badge tone="success">応答あり</Badge>
      ),
  }),
  issuerColumn.accessor('towns', {
    header: '団体',
    meta: { align: 'end' },
    cell: (c) => grouped(c.getValue()),
  }),
  issuerColumn.accessor('answeredAt', {
    header: '最後の応答',
    meta: { nowrap: true },
    cell: (c) => {
      const at = c.getValue()
      return at === null ? noValue : shortInstant(at)
    },
  }),
  issuerColumn.accessor('clockAheadMs', {
    header: '時計のずれ',
    meta: { align: 'end', nowrap: true },
    cell: (c) => {
      const ms = c.getValue()
      return ms === null ? noValue : `${(ms / 1000).toFixed(1)}秒`
    },
  }),
])
