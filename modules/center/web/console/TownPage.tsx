import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { getOverview } from '../../console.contract.ts'
import { townStates } from '../../console.ts'
import { getGuideTown } from '../../guide.contract.ts'
import {
  addRoute,
  getRegistryTown,
  listContacts,
  listStores,
  saveRegistryTown,
} from '../../registry.contract.ts'
import { setStop } from '../../service.contract.ts'
import { LIVE_MS, patterns, stateTones } from './console-text.ts'
import { periodText } from './registry-kinds.tsx'
import { RouteActs } from './RouteActs.tsx'
import { stopLink } from './ServiceForms.tsx'

type Route = OutputOf<typeof getRegistryTown>['routes'][number]
type Contact = OutputOf<typeof listContacts>['contacts'][number]
type Store = OutputOf<typeof listStores>['stores'][number]

const routeStates = { rules: '有効', future: 'これから', over: '終了', withdrawn: '取消し' } as const

const routeColumn = columnsOf<Route>()
const routeColumnsOf = (municipalityCode: MunicipalityCode) =>
  routeColumn.columns([
    routeColumn.accessor('ja', { header: '証明書' }),
    routeColumn.accessor('state', {
      header: '経路',
      meta: { nowrap: true },
      cell: (cell) => (
        <Badge tone={cell.getValue() === 'rules' ? 'success' : 'neutral'}>
          {routeStates[cell.getValue()]}
        </Badge>
      ),
    }),
    routeColumn.accessor('issuer', {
      header: '発行元',
      meta: { nowrap: true },
      cell: (cell) => (cell.getValue() === 'bcl' ? 'BCL' : '市区町村のサーバ'),
    }),
    routeColumn.accessor('fromOn', {
      header: '期間',
      cell: ({ row: { original } }) => periodText(original.fromOn, original.untilOn),
    }),
    routeColumn.accessor('endpoint', { header: '証明発行サーバ' }),
    routeColumn.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original } }) => <RouteActs municipalityCode={municipalityCode} route={original} />,
    }),
  ])

const contactColumn = columnsOf<Contact>()
export const contactColumns = contactColumn.columns([
  contactColumn.accessor('ja', { header: '部署・窓口' }),
  contactColumn.accessor('phone', { header: '電話', meta: { nowrap: true } }),
  contactColumn.accessor('mail', { header: 'メール' }),
])

const storeColumn = columnsOf<Store>()
const storeColumns = storeColumn.columns([
  storeColumn.accessor('ja', { header: '設置場所' }),
  storeColumn.accessor('address', { header: '所在地' }),
  storeColumn.accessor('kiosks', { header: '端末', meta: { align: 'end' } }),
])

/** One town: whether it is open, by whom its certificates are issued, whom to call. */
export function TownPage(): ReactNode {
  const municipalityCode = usePathParam('municipalityCode') as MunicipalityCode
  const can = useCan()
  const town = useQuery(q(getRegistryTown, { municipalityCode }))
  const overview = useQuery({ ...q(getOverview, {}), refetchInterval: LIVE_MS })
  // The guide knows towns that offer something.
  const offers = (town.data?.kinds.length ?? 0) > 0
  const guide = useQuery({ ...q(getGuideTown, { municipalityCode }), enabled: offers })
  const contacts = useQuery(q(listContacts, { party: 'town', partyKey: municipalityCode }))
  const stores = useQuery(q(listStores, { municipalityCode }))
  const now = overview.data?.towns.find((one) => one.municipalityCode === municipalityCode)
  const title = town.data ? `${town.data.prefecture}${town.data.name}` : '市区町村'
  return (
    <Page
      title={title}
      crumbs={[{ label: '全国の状況', to: '/' }, { label: title }]}
      badges={now && <Badge tone={stateTones[now.state]}>{townStates[now.state]}</Badge>}
      actions={
        <>
          {can(saveRegistryTown).allowed && (
            <Link to={`/registry/towns/${municipalityCode}/edit`}>登録内容を変える</Link>
          )}
          {can(setStop).allowed && (
            <Link {...stopLink(municipalityCode)} className="button">
              この市区町村を停止する
            </Link>
          )}
        </>
      }
    >
      {town.error && <ErrorSummary error={town.error} />}
      {!town.data && !town.error && <Progress label="読み込んでいます" />}
      {town.data && (
        <>
          <DescriptionList
            items={[
              { term: '団体コード', value: municipalityCode },
              {
                term: '参加パターン',
                value: town.data.pattern === null ? noValue : patterns[town.data.pattern],
              },
              {
                term: '交付開始日',
                value: town.data.joinedOn === null ? noValue : dateText(town.data.joinedOn),
              },
              {
                term: '今日の取引',
                value: now ? (
                  <>
                    {`${now.transactions}件（交付 ${now.copies}通、中止 ${now.aborted}件）　`}
                    <Link
                      to={'/transactions' as string}
                      search={{ municipalityCode: String(municipalityCode) } as never}
                    >
                      取引を見る
                    </Link>
                  </>
                ) : (
                  noValue
                ),
              },
              {
                term: 'いま取れない証明書',
                value: closedText(guide.data),
              },
            ]}
          />
          <Section
            title="交付の経路"
            actions={
              <>
                <Link to={'/calendars' as string} search={{ town: String(municipalityCode) } as never}>
                  サービス時間を見る
                </Link>
                {can(addRoute).allowed && (
                  <Link to={`/registry/towns/${municipalityCode}/routes/new`} className="button">
                    経路を加える
                  </Link>
                )}
              </>
            }
          >
            <DataTable
              caption="証明書ごとの経路"
              columns={routeColumnsOf(municipalityCode)}
              rows={town.data.routes}
              rowKey={(row) => `${row.kind}${row.fromOn}${row.state}`}
              empty="経路が登録されていません。まだ何も交付されません。"
            />
          </Section>
          <DataTable
            caption="連絡先"
            columns={contactColumns}
            rows={contacts.data?.contacts}
            rowKey={(row) => row.contactId}
            empty="連絡先が登録されていません。停止や障害を知らせる先がありません。"
            error={contacts.error}
          />
          <DataTable
            caption="この市区町村にある設置場所（500か所まで）"
            columns={storeColumns}
            rows={stores.data?.stores}
            rowKey={(row) => row.storeId}
            rowLink={(row) => ({ to: '/registry/stores/$storeId', params: { storeId: row.storeId } })}
            empty="設置場所がありません。"
            error={stores.error}
          />
        </>
      )}
    </Page>
  )
}

function closedText(guide: OutputOf<typeof getGuideTown> | undefined): string {
  if (guide === undefined) return noValue
  const closed = guide.kinds.filter((kind) => !kind.openNow)
  return closed.length === 0
    ? 'なし'
    : closed.map(({ ja, closedWords }) => `${ja}（${closedWords}）`).join('、')
}
