import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { birthText } from '../../ledger/web/published/person-text.ts'
import {
  getTransfer,
  listTransfers,
  listTransfersOf,
  sendTransfer,
  withdrawTransfer,
} from '../evacuees.contract.ts'
import { consentGivers, consentMethods, transferItems, transferStates } from '../evacuees.ts'
import { Course, Files } from './Course.tsx'
import { concealedTown } from './TransfersPanel.tsx'
import { transferTones } from './TransfersPage.tsx'

type Loaded = OutputOf<typeof getTransfer>
const reads = [getTransfer, listTransfers, listTransfersOf, getVictim]

const column = columnsOf<Loaded['people'][number]>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('birth', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => birthText(cell.getValue()),
  }),
  column.display({
    id: 'consent',
    header: '同意',
    cell: ({ row: { original } }) =>
      `${dateText(original.consentOn as PlainDate)}　${labelOf(consentMethods, original.consentMethod)}　${labelOf(consentGivers, original.consentBy)}　${original.consentWords ?? ''}`,
  }),
  column.accessor('recordedBy', { header: '記録した人' }),
  column.display({
    id: 'state',
    header: '状態',
    cell: ({ row: { original } }) =>
      original.withdrawnAt !== null ? (
        <Badge tone="error">同意の取消し</Badge>
      ) : original.included === false ? (
        <Badge>送っていない</Badge>
      ) : (
        noValue
      ),
  }),
])

/** One hand-over to another town: who consented to what, and what became of it. */
export function TransferPage(): ReactNode {
  const transferId = usePathParam('transferId')
  const { data, error } = useQuery(q(getTransfer, { transferId }))
  const town = data?.townName ?? concealedTown
  const title = data ? `${data.person.name}さんの世帯の引継ぎ` : '広域避難者の引継ぎ'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '広域避難者の引継ぎ', to: '/evacuees' },
        { label: title },
      ]}
      badges={data && <Badge tone={transferTones[data.state]}>{labelOf(transferStates, data.state)}</Badge>}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.concealed && (
            <Banner tone="suppression" title="支援措置対象者のいる世帯です：引継ぎ先と報告は表示されません">
              どこの市町村にいるかを、ほかの人に伝えないでください。必要なときは、支援措置の担当者に相談してください。
            </Banner>
          )}
          <Section title="引継ぎの内容">
            <DescriptionList
              items={[
                { term: '引継ぎ先', value: town },
                { term: '同意の期限', value: dateText(data.expiresOn as PlainDate) },
                {
                  term: '引き継ぐ項目',
                  value: [
                    '氏名・生年月日・性別',
                    ...data.items.map((one) => labelOf(transferItems, one)),
                  ].join('、'),
                },
                { term: '引き継ぐ支援の記録', value: `${data.notes}件` },
                { term: '準備', value: `${instantText(data.preparedAt)}　${data.preparedBy}` },
                {
                  term: '送付',
                  value: data.sentAt === null ? noValue : `${instantText(data.sentAt)}　${data.sentBy}`,
                },
              ]}
            />
            <p>
              <Link to="/ledger/$personRef" params={{ personRef: data.person.personRef } as never}>
                被災者の記載を開く
              </Link>
            </p>
          </Section>
          <DataTable
            caption={`同意した方（${data.people.length}人）`}
            columns={columns}
            rows={data.people}
            rowKey={({ personRef }) => personRef}
            empty=""
          />
          <Acts one={data} town={town} />
          <Files files={data.files} to={town} />
          <Course events={data.events} />
        </>
      )}
    </Page>
  )
}

function Acts({ one, town }: { one: Loaded; town: string }): ReactNode {
  const { transferId, version } = one
  const toast = useToast()
  const standing = one.people.filter(({ withdrawnAt }) => withdrawnAt === null)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [words, setWords] = useState('')
  if (standing.length === 0) return null
  const People = checkGroupOf(
    standing.map(({ personRef, name }) => ({ value: personRef, label: name })),
    'column',
  )
  return (
    <div className="button-row">
      {one.state === 'prepared' && (
        <AskButton
          endpoint={sendTransfer}
          input={{ transferId, version }}
          invalidates={reads}
          label="引継ぎを送る"
          question={`${town}へ引継ぎを送りますか？`}
          confirm="送る"
          onDone={({ people, leftOut }) =>
            toast(
              leftOut === 0
                ? `${people}人の引継ぎを送りました`
                : `${people}人の引継ぎを送りました（${leftOut}人は含めていません）`,
            )
          }
        >
          <p>
            台帳情報の提供の決定です。同意した方の、同意した項目だけが渡り、一人ひとりの台帳に提供先と日時が記録されます。
          </p>
          <p>支援措置の対象者は、一時解除の決定を受けた人が送る場合のほかは含まれません。</p>
        </AskButton>
      )}
      <AskButton
        endpoint={withdrawTransfer}
        input={{ transferId, version, people: [...chosen], words }}
        invalidates={reads}
        label="同意の取消しを記録する"
        question="同意の取消しを記録しますか？"
        confirm="取消しを記録する"
        look="danger"
        onDone={() => {
          setChosen([])
          setWords('')
          toast('同意の取消しを記録しました')
        }}
      >
        <p>
          {one.sentAt === null
            ? '取り消した方は送られません。'
            : '相手の市町村では、すぐに利用できなくなります。まだ引き継がれていない情報は消えます。'}
        </p>
        {one.way === 'file' && one.sentAt !== null && (
          <p>取消しのファイルができます。相手の担当者へ電話し、ファイルを渡してください。</p>
        )}
        <LooseField
          name="people"
          label="同意を取り消した方"
          kind={People}
          value={chosen}
          onChange={setChosen}
          required
        />
        <LooseField
          name="words"
          label="取消しの申出（だれから、いつ、どのように）"
          kind={TextArea}
          value={words}
          onChange={setWords}
        />
      </AskButton>
    </div>
  )
}
