import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { file, q, type FileAnswer } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import { issueStates } from '../certificates.ts'
import { getTransaction, getTransactionDocument } from '../transactions.contract.ts'
import { ageText, channelOptions, reasonText } from './certificate-text.ts'

type Transaction = OutputOf<typeof getTransaction>
type Step = Transaction['states'][number]

const column = columnsOf<Step>()
const columns = column.columns([
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => issueStates[original.state].ja,
  }),
  column.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('by', { header: '操作した人・機器' }),
  column.accessor('amountYen', {
    header: '金額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const yen = cell.getValue()
      return yen === null ? noValue : `${grouped(yen)}円`
    },
  }),
  column.accessor((row) => [row.stage, reasonText(row.reason)].filter(Boolean).join('　') || noValue, {
    id: 'why',
    header: '段階・理由',
  }),
])

/** 取引情報参照 of one transaction: its whole way, and what made it. */
export function TransactionPage(): ReactNode {
  const transactionId = usePathParam('transactionId')
  const { data, error } = useQuery({ ...q(getTransaction, { transactionId }), staleTime: Infinity })
  const title = data ? `${certificateKinds[data.kind].ja}の取引` : '取引'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '取引情報参照', to: '/certificates/transactions' },
        { label: title },
      ]}
      badges={data && <Badge>{issueStates[data.state].ja}</Badge>}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Whole transaction={data} />}
    </Page>
  )
}

function Whole({ transaction }: { transaction: Transaction }): ReactNode {
  const { artefact, refusals } = transaction
  const long = (text: string) => <span className="breakable">{text}</span>
  return (
    <>
      <Section title="取引">
        <DescriptionList
          items={[
            { term: '取引番号', value: long(transaction.transactionId) },
            { term: '交付日', value: WarekiDate.toText(transaction.issuedOn as PlainDate) },
            {
              term: '交付場所',
              value: `${labelOf(channelOptions, transaction.channel)}${transaction.kioskId === null ? '' : `（${transaction.kioskId}）`}`,
            },
            { term: '受け付けた人', value: transaction.requestedBy },
            {
              term: '部数・ページ',
              value: `${transaction.copies}部、全${transaction.pages}ページ${transaction.official ? '（公用）' : ''}`,
            },
            { term: '料金', value: `${grouped(transaction.totalYen)}円` },
            {
              term: '受領額',
              value: transaction.paidYen === null ? noValue : `${grouped(transaction.paidYen)}円`,
            },
            { term: 'カードの持ち主', value: transaction.recipientNo ?? noValue },
            { term: '証明の対象', value: long(transaction.subjectId) },
          ]}
        />
      </Section>
      <DataTable
        caption="経過"
        columns={columns}
        rows={transaction.states}
        rowKey={(row) => row.state}
        empty={null}
      />
      {refusals.length > 0 && (
        <Section title="この取引で断ったこと">
          <ul>
            {refusals.map(({ at, by, code, words }) => (
              <li key={at + code}>{`${instantText(at)}　${words}（${code}）　${by}`}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="内容のもとになったもの">
        <DescriptionList
          items={[
            { term: '取込通番', value: transaction.dataSeq },
            { term: '確定した時のデータの古さ', value: ageText(transaction.dataAgeSeconds) },
            { term: '様式の版', value: transaction.layoutVersion },
            { term: '依頼の要約値', value: long(transaction.requestDigest) },
            { term: '確定した内容の要約値', value: long(transaction.frozenDigest) },
            ...(artefact
              ? [
                  { term: '作成日時', value: instantText(artefact.builtAt) },
                  { term: '文書の要約値', value: long(artefact.sha256) },
                  { term: '作成したプログラムの版', value: long(artefact.build) },
                  { term: '書体', value: artefact.fonts.map(({ name }) => name).join('、') },
                ]
              : []),
          ]}
        />
      </Section>
      <Copy transaction={transaction} />
    </>
  )
}

/** 控え: opened on purpose, since it shows a person and is recorded. */
function Copy({ transaction }: { transaction: Transaction }): ReactNode {
  const { transactionId, artefact, kind } = transaction
  const can = useCan()
  const [copy, setCopy] = useState<FileAnswer | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(undefined)
  if (!artefact || !can(getTransactionDocument).allowed) return null
  async function open(): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    try {
      setCopy(await file(getTransactionDocument, { transactionId }))
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title="証明書の控え">
      {artefact.keepUntil === null ? (
        <p>保存期間が過ぎたため、控えは残っていません。</p>
      ) : (
        <>
          <p>{`${WarekiDate.toText(artefact.keepUntil as PlainDate)}まで保存します。表示したことは記録されます。`}</p>
          {copy === null && (
            <div>
              <Button busy={busy} onClick={() => void open()}>
                控えを表示する
              </Button>
            </div>
          )}
        </>
      )}
      {failure !== undefined && <ErrorSummary error={failure} />}
      {copy && <PdfView file={copy} title={`${certificateKinds[kind].ja}の控え`} />}
    </Section>
  )
}
