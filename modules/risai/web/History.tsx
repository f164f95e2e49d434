import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listIssues } from '../../certificates/certificates.contract.ts'
import { issueStates } from '../../certificates/certificates.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { surveyMethods, withdrawnCauses } from '../risai.ts'
import { type Application } from './application-text.ts'
import { issuing } from './published/issuing.ts'

const grading = columnsOf<Application['gradings'][number]>()
const gradingColumns = grading.columns([
  grading.accessor('grade', { header: '被害の程度', cell: (cell) => labelOf(damageGrades, cell.getValue()) }),
  grading.accessor('surveyedOn', {
    header: '調査日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  grading.accessor('method', {
    header: '調査の方法',
    cell: (cell) => labelOf(surveyMethods, cell.getValue()),
  }),
  grading.accessor('surveyors', {
    header: '調査員',
    enableSorting: false,
    cell: (cell) => cell.getValue().join('、'),
  }),
  grading.accessor((row) => basisOf(row), { id: 'basis', header: '認定のもと' }),
  grading.accessor('note', { header: '備考', cell: (cell) => cell.getValue() || noValue }),
  grading.accessor('gradedBy', {
    header: '登録',
    cell: ({ row: { original } }) => `${instantText(original.gradedAt)} ${original.gradedBy}`,
  }),
])

/** Where a grade comes from: the chain of surveys, for whoever reads it years later. */
function basisOf({ resurveyId, sameAs, taskId, adopted }: Application['gradings'][number]): string {
  if (sameAs !== null) return '同じ住家の認定'
  const survey = taskId === null ? '職員の入力' : adopted ? '調査の結果のとおり' : '調査の結果と異なる'
  return resurveyId === null ? survey : `再調査（${survey}）`
}

/** 認定の履歴; the newest rules. */
export function Gradings(props: { application: Application }): ReactNode {
  return (
    <DataTable
      caption="被害の認定（新しい順）"
      columns={gradingColumns}
      rows={props.application.gradings}
      rowKey={(row) => String(row.gradingNo)}
      empty={<p>まだ登録がありません。</p>}
    />
  )
}

const decision = columnsOf<Application['decisions'][number]>()
const decisionColumns = decision.columns([
  decision.accessor('outcome', {
    header: '決定',
    cell: (cell) =>
      cell.getValue() === 'issuable' ? (
        <Badge tone="success">交付可</Badge>
      ) : (
        <Badge tone="error">交付不可</Badge>
      ),
  }),
  decision.accessor('reason', { header: '理由', cell: (cell) => cell.getValue() || noValue }),
  decision.accessor('decidedAt', {
    header: '決定日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  decision.accessor('decidedBy', { header: '決定者' }),
])

/** 決定の履歴. */
export function Decisions(props: { application: Application }): ReactNode {
  return (
    <DataTable
      caption="交付の可否の決定（新しい順）"
      columns={decisionColumns}
      rows={props.application.decisions}
      rowKey={(row) => String(row.decisionNo)}
      empty={<p>まだ決定していません。</p>}
    />
  )
}

/** `again`: a paper of the same certificate had been handed out before. */
type Issue = OutputOf<typeof listIssues>['issues'][number] & { readonly again: boolean }
const issue = columnsOf<Issue>()
const issueColumns = issue.columns([
  issue.accessor('issuedOn', {
    header: '交付日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  issue.accessor('channel', {
    header: '交付場所',
    cell: (cell) => (cell.getValue() === 'counter' ? '窓口' : 'キオスク端末'),
  }),
  issue.accessor('copies', {
    header: '部数',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}部`,
  }),
  issue.accessor('again', { header: '区分', cell: (cell) => (cell.getValue() ? '再交付' : '交付') }),
  issue.accessor('state', {
    header: '状態',
    cell: (cell) => (
      <Badge tone={cell.getValue() === 'printed' ? 'success' : 'neutral'}>
        {issueStates[cell.getValue()].ja}
      </Badge>
    ),
  }),
])

/** One certificate and the papers of it that were handed out. */
export function CertificateSection(props: {
  applicationId: string
  certificate: Application['certificates'][number]
}): ReactNode {
  const { applicationId, certificate } = props
  return (
    <Section title={`罹災証明書 ${certificate.serialNo}`}>
      <p>
        {labelOf(damageGrades, certificate.grade)}{' '}
        {certificate.withdrawnAt === null ? (
          <Badge tone="success">有効</Badge>
        ) : (
          <Badge tone="error">{`失効（${instantText(certificate.withdrawnAt)}）`}</Badge>
        )}
      </p>
      {certificate.withdrawnCause && (
        <p>失効の区分：{labelOf(withdrawnCauses, certificate.withdrawnCause)}</p>
      )}
      {certificate.withdrawnReason && <p>失効の理由：{certificate.withdrawnReason}</p>}
      <Issues
        kind="risai"
        subjectId={certificate.certificateId}
        issuePage={`/risai/applications/${applicationId}/issue`}
      />
    </Section>
  )
}

/** The papers of one certificate that were handed out; a copy still open can be finished. */
export function Issues(props: { kind: 'risai' | 'hisai'; subjectId: string; issuePage: string }): ReactNode {
  const { kind, subjectId } = props
  const can = useCan()
  const allowed = can(issuing).allowed
  const { data, error, refetch } = useQuery({ ...q(listIssues, { kind, subjectId }), enabled: allowed })
  const rows = data?.issues.map((one, i, all) => ({
    ...one,
    again: all.slice(i + 1).some(({ printedAt }) => printedAt !== null),
  }))
  const open = data?.issues.find((one) => ['built', 'delivered', 'paid'].includes(one.state))
  if (!allowed) return null
  return (
    <>
      {open && (
        <p>
          <Link to={props.issuePage} search={{ transaction: open.transactionId } as never}>
            印刷の確認が済んでいない交付があります。続きを行う
          </Link>
        </p>
      )}
      <DataTable
        caption="交付の履歴（新しい順）"
        columns={issueColumns}
        rows={rows}
        rowKey={(row) => row.transactionId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>まだ交付していません。</p>}
      />
    </>
  )
}
