import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  findEvacResident,
  getEvacSettings,
  listEvacOffers,
  searchEvacSupport,
} from '../evac-support.contract.ts'
import { consentStates, groundKinds, type ConsentState, type GroundKind } from '../evac-support.ts'
import { listEvacProvisions, listEvacRecipients } from '../provisions.contract.ts'
import { personColumns } from './rows.tsx'

type Row = OutputOf<typeof searchEvacSupport>['people'][number]
type Asked = RawInputOf<typeof searchEvacSupport>
type Words = {
  readonly name: string
  readonly area: string
  readonly ground: GroundKind | null
  readonly consent: ConsentState | 'unasked' | null
  readonly entryState: 'listed' | 'off'
}
const bare: Words = { name: '', area: '', ground: null, consent: null, entryState: 'listed' }

const consents = [...consentStates, { value: 'unasked', label: '未確認' }] as const
export const consentTones = {
  given: 'success',
  refused: 'error',
  withdrawn: 'error',
  unasked: 'warning',
} as const
const Ground = selectOf<GroundKind>(groundKinds, 'すべて')
const Consent = selectOf<ConsentState | 'unasked'>(consents, 'すべて')
const States = selectOf<'off'>([{ value: 'off', label: '外した方' }], '載っている方')

const column = columnsOf<Row>()
const columns = [
  ...personColumns<Row>(),
  ...column.columns([
    column.display({
      id: 'grounds',
      header: '事由',
      cell: ({ row: { original } }) => original.grounds.join('、'),
    }),
    column.display({
      id: 'consent',
      header: '平常時の提供',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => {
        const consent = original.consent ?? 'unasked'
        return <Badge tone={consentTones[consent]}>{labelOf(consents, consent)}</Badge>
      },
    }),
  ]),
]

/** 避難行動要支援者名簿: the words of a search are personal and stay out of the address. */
export function ListPage(): ReactNode {
  const searched = useRouterState({
    select: (state) => (state.location.state as { evacSearch?: Asked }).evacSearch,
  })
  const asked: Asked = searched ?? { ...bare, afterNo: null }
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(q(searchEvacSupport, asked))
  const go = (to: Asked) =>
    void navigate({
      to: '.',
      search: true as never,
      state: (kept) => ({ ...kept, evacSearch: to }) as typeof kept,
    })
  const nextNo = data?.nextNo ?? null
  return (
    <Page
      title="避難行動要支援者名簿"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '避難行動要支援者名簿' }]}
      lead={data && `名簿に載っている方：${data.listed.toLocaleString('ja-JP')}人`}
      actions={<Links />}
    >
      <Filters key={JSON.stringify(asked)} asked={asked} onAsk={go} />
      <DataTable
        caption="名簿"
        columns={columns}
        rows={data?.people}
        rowKey={({ residentNo }) => residentNo}
        rowLink={({ residentNo }) => ({ to: '/evac-support/people/$residentNo', params: { residentNo } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={
          <p>この条件の方は、名簿にいません。「台帳との違い」で照合すると、該当する方が候補に出ます。</p>
        }
        paging={{
          onFirst: asked.afterNo ? () => go({ ...asked, afterNo: null }) : undefined,
          onNext: nextNo === null ? undefined : () => go({ ...asked, afterNo: nextNo }),
        }}
      />
    </Page>
  )
}

function Links(): ReactNode {
  const can = useCan()
  const links = [
    ['/evac-support/offers', '台帳との違い', listEvacOffers],
    ['/evac-support/add', '申し出（手挙げ）で載せる', findEvacResident],
    ['/evac-support/recipients', '提供先', listEvacRecipients],
    ['/evac-provisions', '提供', listEvacProvisions],
    ['/evac-support/settings', '要件', getEvacSettings],
  ] as const
  return links
    .filter(([, , needs]) => can(needs).allowed)
    .map(([to, label]) => (
      <Link key={to} to={to} className="button">
        {label}
      </Link>
    ))
}

function Filters({ asked, onAsk }: { asked: Asked; onAsk: (to: Asked) => void }): ReactNode {
  const [words, setWords] = useState<Words>({
    name: asked.name ?? '',
    area: asked.area ?? '',
    ground: asked.ground ?? null,
    consent: asked.consent ?? null,
    entryState: asked.entryState ?? 'listed',
  })
  const put = (changed: Partial<Words>) => setWords((kept) => ({ ...kept, ...changed }))
  return (
    <Section title="名簿から探す">
      <form
        className="form-body"
        role="search"
        aria-label="名簿から探す"
        onSubmit={(event) => {
          event.preventDefault()
          onAsk({ ...words, afterNo: null })
        }}
      >
        <FieldRow>
          <LooseField
            name="name"
            label="氏名"
            kind={Text}
            value={words.name}
            onChange={(name) => put({ name })}
          />
          <LooseField
            name="area"
            label="住所の一部"
            kind={Text}
            hint="支援措置の対象者は、住所では出ません"
            value={words.area}
            onChange={(area) => put({ area })}
          />
        </FieldRow>
        <FieldRow>
          <LooseField
            name="ground"
            label="事由"
            kind={Ground}
            value={words.ground}
            onChange={(ground) => put({ ground })}
          />
          <LooseField
            name="consent"
            label="平常時の提供"
            kind={Consent}
            value={words.consent}
            onChange={(consent) => put({ consent })}
          />
          <LooseField
            name="entryState"
            label="名簿"
            kind={States}
            value={words.entryState === 'off' ? ('off' as const) : null}
            onChange={(state: 'off' | null) => put({ entryState: state ?? 'listed' })}
          />
        </FieldRow>
        <div className="button-row">
          <Button type="submit" look="solid">
            探す
          </Button>
          <Button onClick={() => onAsk({ ...bare, afterNo: null })}>条件を消す</Button>
        </div>
      </form>
    </Section>
  )
}
