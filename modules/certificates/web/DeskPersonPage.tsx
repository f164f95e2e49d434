import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import { getIssueChoices, issueAtCounter, listIssues } from '../certificates.contract.ts'
import { issueStates, MAX_COPIES } from '../certificates.ts'
import { listCertifiable } from '../desk.contract.ts'
import { channelOptions, transactionIdOf } from './certificate-text.ts'
import { chosenOf, ChoiceFields, type ChosenValues } from './ChoiceFields.tsx'
import { IssueStanding } from './IssueStanding.tsx'
import { StatusBanner } from './StatusBanner.tsx'

type Certifiable = OutputOf<typeof listCertifiable>
type Kind = Certifiable['kinds'][number]
type Subject = Kind['subjects'][number]

/** What is being issued, in the address: reloading goes on with it. */
type DeskSearch = {
  readonly kind?: string
  readonly subject?: string
  readonly transaction?: string
}

/** 窓口交付 for one person: which paper, what stands on it, then paper and money. */
export function DeskPersonPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const search = useSearch({ strict: false }) as DeskSearch
  const { data, error } = useQuery({
    ...q(listCertifiable, { residentNo }),
    // Every reading is recorded: not again when the window is looked at again.
    staleTime: Infinity,
  })
  const kind = data?.kinds.find((one) => one.kind === search.kind)
  const subject = kind?.subjects.find((one) => one.subjectId === search.subject)
  const title = kind && subject ? `${kind.ja}の交付` : '交付する証明書'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '窓口交付', to: '/certificates/desk' },
        { label: title },
      ]}
      lead={data && `${data.person.name}（${data.person.kana}）　宛名番号 ${data.person.residentNo}`}
    >
      <Allowed to={issueAtCounter}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data?.person.suppressed && (
          <Banner tone="suppression" title="支援措置対象者か、その世帯の方です：証明書は交付されません">
            住所や連絡先を、窓口や電話で伝えないでください。本人に交付するときは、支援措置の担当者に一時解除を求めてください。
          </Banner>
        )}
        {data?.person.caution && (
          <Banner tone="suppression" title="請求に応じる前に、支援措置の担当者に確かめてください">
            この方やこの方の世帯からの請求には、ほかの人の住所、連絡先、氏名を答えないでください。この注意があることも、本人に伝えないでください。
          </Banner>
        )}
        {data && !(kind && subject) && (
          <>
            <StatusBanner />
            <Choose certifiable={data} />
          </>
        )}
        {kind && subject && (
          <OnePaper key={subject.subjectId} kind={kind} subject={subject} search={search} />
        )}
      </Allowed>
    </Page>
  )
}

function Choose(props: { certifiable: Certifiable }): ReactNode {
  const { kinds, person } = props.certifiable
  return (
    <Section title="証明書を選ぶ">
      <ul className="notice-list">
        {kinds.map((kind) => (
          <li key={kind.kind}>
            <p className="notice-title">{kind.ja}</p>
            {!kind.issued && <p className="quiet">この団体は、いまこの証明書を交付していません。</p>}
            {kind.issued && !kind.mayIssue && <p className="quiet">この証明書を交付する権限がありません。</p>}
            {kind.issued && kind.mayIssue && kind.subjects.length === 0 && (
              <p className="quiet">この方について、交付できるものはありません。</p>
            )}
            {kind.issued && kind.mayIssue && kind.subjects.length > 0 && (
              <div className="button-row">
                {kind.subjects.map(({ subjectId, label }) => (
                  <Link
                    key={subjectId}
                    to="/certificates/desk/$residentNo"
                    params={{ residentNo: person.residentNo }}
                    search={{ kind: kind.kind, subject: subjectId } as never}
                    className="button"
                  >
                    {label === kind.ja ? `${kind.ja}を交付する` : label}
                  </Link>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function OnePaper(props: { kind: Kind; subject: Subject; search: DeskSearch }): ReactNode {
  const { kind, subject, search } = props
  const navigate = useNavigate()
  const go = (changed: DeskSearch) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ ...kept, transaction: undefined, ...changed }) as never,
    })
  if (search.transaction !== undefined) {
    return (
      <IssueStanding
        kind={kind.kind}
        subjectId={subject.subjectId}
        transactionId={search.transaction}
        onAgain={() => go({})}
      />
    )
  }
  return (
    <>
      <StatusBanner />
      {subject.label !== kind.ja && <p>{subject.label}</p>}
      <Ask kind={kind} subject={subject} onMade={(transaction) => go({ transaction })} />
      <History kind={kind} subject={subject} />
    </>
  )
}

const Copies = wholeNumberOf({ unit: '部', minimum: 1, maximum: MAX_COPIES })
const Official = checkboxOf('公用（官公署などの職務上の請求。手数料はかかりません）', '公用', '公用ではない')

function Ask(props: { kind: Kind; subject: Subject; onMade: (transactionId: string) => void }): ReactNode {
  const { kind, subject } = props
  const { data, error } = useQuery({
    ...q(getIssueChoices, { kind: kind.kind, subjectId: subject.subjectId }),
    staleTime: Infinity,
    gcTime: 0,
  })
  const queries = useQueryClient()
  // Made when the page opens: the same issue however often the button is pressed.
  const [transactionId] = useState(() => transactionIdOf(crypto.getRandomValues(new Uint8Array(16))))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="選択項目を読み込んでいます" />
  const { choices } = data
  return (
    <EditForm
      mode="new"
      initial={{
        choices: Object.fromEntries(choices.map((one) => [one.name, one.default])) as ChosenValues,
        official: false,
        copies: 1 as number | null,
        purpose: '',
      }}
      schema={issueAtCounter.input}
      submitLabel="証明書を作成"
      check={(values) =>
        choices.flatMap(({ name, ja }) =>
          values.choices[name]?.length === 0
            ? [{ pointer: `/choices/${name}`, message: `${ja}を一つは選んでください` }]
            : [],
        )
      }
      onSubmit={({ copies, purpose, official, choices: chosen }, { requestId }) =>
        send(
          issueAtCounter,
          {
            transactionId,
            kind: kind.kind,
            subjectId: subject.subjectId,
            copies: copies ?? 1,
            choices: chosenOf(chosen),
            official,
            purpose: purpose.trim() === '' ? null : purpose.trim(),
          },
          requestId,
        )
      }
      onSaved={() => {
        void queries.invalidateQueries({ queryKey: [listIssues.name] })
        props.onMade(transactionId)
      }}
      cancel={
        <Link to="/certificates/desk" className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          {choices.length > 0 && (
            <FieldGroup legend="記載する内容">
              <ChoiceFields choices={choices} Field={Field} />
            </FieldGroup>
          )}
          <FieldGroup legend="窓口での交付">
            <Field name="copies" kind={Copies} required />
            <Field name="official" kind={Official} label="公用" />
            <Field name="purpose" kind={Text} />
            <p>
              手数料：
              <strong>{grouped(values.official ? 0 : kind.feeYen * (values.copies ?? 0))}円</strong>
            </p>
          </FieldGroup>
        </>
      )}
    </EditForm>
  )
}

type Issue = OutputOf<typeof listIssues>['issues'][number]
const column = columnsOf<Issue>()
const columns = column.columns([
  column.accessor('requestedAt', {
    header: '受付日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('channel', {
    header: '交付場所',
    cell: ({ row: { original } }) => labelOf(channelOptions, original.channel),
  }),
  column.accessor('copies', { header: '部数', meta: { align: 'end' } }),
  column.accessor('state', {
    header: '状態',
    cell: ({ row: { original } }) => issueStates[original.state].ja,
  }),
])

/** What was issued of it before: issuing again is a new transaction, with a number of its own. */
function History(props: { kind: Kind; subject: Subject }): ReactNode {
  const { kind, subject } = props
  const { data, error, refetch } = useQuery(q(listIssues, { kind: kind.kind, subjectId: subject.subjectId }))
  if (data?.issues.length === 0) return null
  const unfinished = data?.issues.find((one) => ['built', 'delivered', 'paid'].includes(one.state))
  return (
    <>
      {unfinished?.channel === 'counter' && (
        <Banner tone="information" title="交付の途中のものがあります">
          下の一覧の先頭から、状態を確かめてください。終わらせるときは、一覧の行を開きます。
        </Banner>
      )}
      <DataTable
        caption={`これまでの交付（${certificateKinds[kind.kind].ja}）`}
        columns={columns}
        rows={data?.issues}
        rowKey={(row) => row.transactionId}
        rowLink={(row) => ({
          to: '.',
          search: {
            kind: kind.kind,
            subject: subject.subjectId,
            transaction: row.transactionId,
          },
        })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={null}
      />
    </>
  )
}
