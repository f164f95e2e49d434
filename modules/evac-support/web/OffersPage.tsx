import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  decideEvacOffers,
  getEvacPerson,
  listEvacOffers,
  scanEvacSupport,
  searchEvacSupport,
} from '../evac-support.contract.ts'
import { offerKinds, type OfferKind } from '../evac-support.ts'
import { personColumns } from './rows.tsx'

type Row = OutputOf<typeof listEvacOffers>['offers'][number]
const reads = [listEvacOffers, searchEvacSupport, getEvacPerson]

const column = columnsOf<Row>()
const columns = [
  ...personColumns<Row>(),
  ...column.columns([
    column.display({
      id: 'change',
      header: '違い',
      cell: ({ row: { original } }) => (
        <>
          <Badge tone={original.offerKind === 'leave' ? 'warning' : 'information'}>
            {labelOf(offerKinds, original.offerKind)}
          </Badge>{' '}
          {original.gone && <Badge tone="warning">転出・死亡など</Badge>}
        </>
      ),
    }),
    column.display({
      id: 'grounds',
      header: '事由（台帳）',
      cell: ({ row: { original } }) => (
        <>
          {original.grounds.join('、') || 'なし'}
          {original.offerKind !== 'join' && (
            <>
              <br />
              <span className="small quiet">今の名簿：{original.groundsBefore.join('、') || 'なし'}</span>
            </>
          )}
        </>
      ),
    }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original } }) => <Acts row={original} />,
    }),
  ]),
]

/** What differs between list and registers: offered, decided by people, one by one or all of a kind. */
export function OffersPage(): ReactNode {
  const search = useSearch({ strict: false }) as { kind?: OfferKind; after?: string }
  const navigate = useNavigate()
  const toast = useToast()
  const { data, error, refetch } = useQuery(
    q(listEvacOffers, {
      ...(search.kind ? { offerKind: search.kind } : {}),
      ...(search.after ? { afterOffer: search.after } : {}),
    }),
  )
  const go = (to: { kind?: OfferKind | undefined; after?: string }) =>
    void navigate({ to: '.', search: to as never })
  const next = data?.next ?? null
  return (
    <Page
      title="台帳との違い"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: '台帳との違い' },
      ]}
      lead="介護・障害の台帳と住民情報を町の要件で調べ、名簿と違うところを候補に出します。候補を決めるまで、名簿は変わりません。"
      actions={
        <AskButton
          endpoint={scanEvacSupport}
          input={{}}
          invalidates={reads}
          label="台帳と照合する"
          question="台帳と照合しますか？"
          confirm="照合する"
          onDone={({ people, offers }) => toast(`要件に該当する方 ${people}人、違い ${offers}件`)}
        >
          <p>名簿は変わりません。前の照合で決めていない候補は、新しい候補に置き換わります。</p>
        </AskButton>
      }
    >
      {data && (
        <Section title="候補">
          <p>最後の照合：{data.scannedAt === null ? 'まだ照合していません' : instantText(data.scannedAt)}</p>
          <nav aria-label="違いの種類で絞り込む">
            <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
              <li>
                <Kind here={search.kind === undefined} label="すべて" />
              </li>
              {offerKinds.map(({ value, label }) => (
                <li key={value}>
                  <Kind
                    here={search.kind === value}
                    label={`${label}（${data.counts[value]}）`}
                    kind={value}
                  />
                </li>
              ))}
            </ul>
          </nav>
          {search.kind && data.counts[search.kind] > 0 && (
            <AllOf kind={search.kind} seen={data.counts[search.kind]} />
          )}
        </Section>
      )}
      <DataTable
        caption="決めていない候補"
        columns={columns}
        rows={data?.offers}
        rowKey={({ offerId }) => offerId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>決めていない候補はありません。</p>}
        paging={{
          onFirst: search.after ? () => go({ kind: search.kind }) : undefined,
          onNext: next === null ? undefined : () => go({ kind: search.kind, after: next }),
        }}
      />
    </Page>
  )
}

function Kind({ here, label, kind }: { here: boolean; label: string; kind?: OfferKind }): ReactNode {
  return (
    <Link
      to="."
      search={(kind ? { kind } : {}) as never}
      className="button"
      data-size="small"
      data-look={here ? 'solid' : 'outline'}
      aria-current={here ? 'true' : undefined}
    >
      {label}
    </Link>
  )
}

const acceptWords: Readonly<Record<OfferKind, string>> = {
  join: '名簿に載せる',
  leave: '名簿から外す',
  grounds: '事由を改める',
}

function AllOf({ kind, seen }: { kind: OfferKind; seen: number }): ReactNode {
  return (
    <div className="button-row">
      <AskButton
        endpoint={decideEvacOffers}
        input={{ outcome: 'accepted', offerIds: [], allOf: { offerKind: kind, seen } }}
        invalidates={reads}
        label={`${seen}人すべて：${acceptWords[kind]}`}
        question={`${seen}人すべてを、${acceptWords[kind]}ことにしますか？`}
        confirm={acceptWords[kind]}
      >
        <p>一人ずつの記録に、候補を取り入れたことが残ります。</p>
      </AskButton>
    </div>
  )
}

function Acts({ row }: { row: Row }): ReactNode {
  const { offerId, offerKind, name } = row
  const input = { offerIds: [offerId], allOf: null }
  return (
    <div className="button-row">
      <AskButton
        endpoint={decideEvacOffers}
        input={{ ...input, outcome: 'accepted' }}
        invalidates={reads}
        label={acceptWords[offerKind]}
        of={name}
        question={`${acceptWords[offerKind]}ことにしますか？`}
        confirm={acceptWords[offerKind]}
      >
        <p>{name}</p>
      </AskButton>
      <AskButton
        endpoint={decideEvacOffers}
        input={{ ...input, outcome: 'declined' }}
        invalidates={reads}
        label="今のままにする"
        of={name}
        question="今のままにしますか？"
        confirm="今のままにする"
      >
        <p>{name}</p>
        <p>台帳の内容が変わるまで、この候補は出なくなります。</p>
      </AskButton>
    </div>
  )
}
