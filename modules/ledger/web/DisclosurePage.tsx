import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import {
  decideDisclosure,
  getDisclosure,
  listDisclosures,
  provideDisclosure,
} from '../disclosures.contract.ts'
import {
  disclosureBases,
  disclosureMethods,
  disclosureStates,
  protectedWays,
  type DisclosureMethod,
  type ProtectedWay,
} from '../disclosures.ts'
import { disclosureTones } from './DisclosuresPage.tsx'
import { birthText, concealedAddress } from './published/person-text.ts'

type Loaded = OutputOf<typeof getDisclosure>
const Method = radioOf(disclosureMethods)
const Way = radioOf(protectedWays, 'column')
const reads = [getDisclosure, listDisclosures]

const column = columnsOf<Loaded['persons'][number]>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  column.accessor('address', { header: '住所', cell: (cell) => cell.getValue() ?? concealedAddress }),
  column.accessor('consent', { header: '提供への同意', cell: (cell) => cell.getValue() ?? '未確認' }),
  column.display({
    id: 'marks',
    header: '注意',
    cell: ({ row: { original } }) => original.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>,
  }),
])

/** One application for data of the ledger: who asks for what, whom it is about, the decision, and the handing over. */
export function DisclosurePage(): ReactNode {
  const disclosureId = usePathParam('disclosureId')
  const { data, error } = useQuery(q(getDisclosure, { disclosureId }))
  const title = data ? `${data.recipient}への提供` : '台帳情報の提供'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '台帳情報の提供', to: '/disclosures' },
        { label: title },
      ]}
      badges={
        data && <Badge tone={disclosureTones[data.state]}>{labelOf(disclosureStates, data.state)}</Badge>
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Parts disclosure={data} />}
    </Page>
  )
}

function Parts({ disclosure }: { disclosure: Loaded }): ReactNode {
  const { persons, basis, decided } = disclosure
  const unverified = disclosureBases.some(({ value, verified }) => value === basis && !verified)
  return (
    <>
      {persons.some(({ suppressed }) => suppressed) && (
        <Banner tone="suppression" title="支援措置対象者が含まれています">
          決定する人が、対象者を除くか、連絡先（住所・今いる場所・電話番号）を除いて提供するかを選びます。居所や連絡先は、どちらでも渡しません。
        </Banner>
      )}
      {unverified && (
        <Banner tone="warning" title="この根拠の条文は、確認できていません">
          提供の前に、県か内閣府の通知で根拠を確かめてください。
        </Banner>
      )}
      <Section title="申請の内容">
        <DescriptionList
          items={[
            { term: '申請者（提供先）', value: disclosure.recipient },
            { term: '住所・所在地', value: disclosure.recipientPlace },
            { term: '代表者', value: disclosure.representative || noValue },
            { term: '根拠', value: labelOf(disclosureBases, basis) },
            { term: '申請日', value: dateText(disclosure.receivedOn as PlainDate) },
            { term: '提供する項目', value: disclosure.items.map(({ name }) => name).join('、') },
            { term: '利用目的', value: disclosure.purpose ?? concealedAddress },
            {
              term: '備考',
              value: disclosure.remarks === '' ? noValue : (disclosure.remarks ?? concealedAddress),
            },
            ...(decided === null
              ? []
              : [
                  {
                    term: '決定',
                    value: `${labelOf(disclosureStates, decided.outcome)}　${instantText(decided.at)}　${decided.by}　${decided.reason}`,
                  },
                  ...(decided.protectedPeople === null
                    ? []
                    : [
                        {
                          term: '支援措置の対象者の扱い',
                          value: labelOf(protectedWays, decided.protectedPeople),
                        },
                      ]),
                ]),
            {
              term: '提供した回数',
              value: `${disclosure.provisions}回${
                disclosure.lastProvidedAt === null
                  ? ''
                  : `（最後は${instantText(disclosure.lastProvidedAt)}）`
              }`,
            },
          ]}
        />
      </Section>
      <DataTable
        caption={`対象の被災者（${persons.length}人）`}
        columns={columns}
        rows={persons}
        rowKey={({ personRef }) => personRef}
        rowLink={({ personRef }) => ({ to: '/ledger/$personRef', params: { personRef } })}
        empty=""
      />
      <Acts disclosure={disclosure} />
    </>
  )
}

function Acts({ disclosure }: { disclosure: Loaded }): ReactNode {
  const { disclosureId, state } = disclosure
  const concealed = disclosure.persons.some(({ suppressed }) => suppressed)
  const [way, setWay] = useState<ProtectedWay | null>(null)
  const [reason, setReason] = useState('')
  const [method, setMethod] = useState<DisclosureMethod | null>('paper')
  if (state === 'refused') return null
  if (state === 'approved') {
    return (
      <AskButton
        endpoint={provideDisclosure}
        input={{ disclosureId, method: method ?? 'paper' }}
        invalidates={reads}
        label="提供したことを記録する"
        question="台帳情報を渡しましたか？"
        confirm="記録する"
      >
        <p>渡した全員の台帳に、提供先と今の日時が記録されます。</p>
        {disclosure.decided?.protectedPeople === 'left-out' && (
          <p>支援措置の対象者を除いたものを渡してください。除いた人数も記録されます。</p>
        )}
        {disclosure.decided?.protectedPeople === 'without-contact' && (
          <p>支援措置の対象者は、住所・今いる場所・連絡先を除いたものを渡してください。</p>
        )}
        <LooseField name="method" label="提供の方法" kind={Method} value={method} onChange={setMethod} />
      </AskButton>
    )
  }
  return (
    <div className="button-row">
      <AskButton
        endpoint={decideDisclosure}
        input={{ disclosureId, outcome: 'approved', reason, protectedPeople: concealed ? way : null }}
        invalidates={reads}
        label="提供すると決定する"
        question="提供すると決定しますか？"
        confirm="提供する"
      >
        <p>目的が正しく、悪用のおそれがないことを確かめてください。</p>
        {concealed && (
          <LooseField
            name="protectedPeople"
            label="支援措置の対象者の扱い"
            kind={Way}
            value={way}
            onChange={setWay}
            required
          />
        )}
        <LooseField name="reason" label="決定の理由・条件" kind={Text} value={reason} onChange={setReason} />
      </AskButton>
      <AskButton
        endpoint={decideDisclosure}
        input={{ disclosureId, outcome: 'refused', reason }}
        invalidates={reads}
        label="提供しないと決定する"
        question="提供しないと決定しますか？"
        confirm="提供しない"
        look="danger"
      >
        <LooseField
          name="reason"
          label="提供しない理由"
          kind={Text}
          value={reason}
          onChange={setReason}
          required
        />
      </AskButton>
    </div>
  )
}
