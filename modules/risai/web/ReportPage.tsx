import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listIssues } from '../../certificates/certificates.contract.ts'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { useArrangedTerms } from '../../ledger/web/published/item-names.tsx'
import { acceptReport, getReport, listReports, withdrawReport } from '../reports.contract.ts'
import { canAccept, canWithdraw, reportStates, type ReportState } from '../reports.ts'
import { issuing } from './published/issuing.ts'
import { Issues } from './History.tsx'
import { IssueFlow } from './published/IssueFlow.tsx'
import { objectsText, reportName, reportNextWords, reportTones, type Report } from './report-text.ts'

const shownBy = [getReport, listReports, getVictim, listIssues] as const

/** A page about one report: whose it is stands at the top. */
function OfReport(props: { title?: string; children: (report: Report) => ReactNode }): ReactNode {
  const reportId = usePathParam('reportId')
  const { data, error } = useQuery(q(getReport, { reportId }))
  const name = data ? reportName(data) : '被災届出'
  return (
    <Page
      title={props.title ?? name}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災証明書', to: '/hisai' },
        ...(props.title === undefined
          ? [{ label: name }]
          : [{ label: name, to: `/hisai/reports/${reportId}` }, { label: props.title }]),
      ]}
      badges={
        data && (
          <>
            <Badge tone={reportTones[data.state]}>{labelOf(reportStates, data.state)}</Badge>
            {data.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
          </>
        )
      }
      lead={
        data && (
          <>
            届出者{' '}
            <Link to="/ledger/$personRef" params={{ personRef: data.personRef }}>
              {data.form.applicant.name}
            </Link>
            {'　届出日 '}
            <WarekiDate.Output value={data.notifiedOn as PlainDate} />
          </>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所、連絡先、被災場所、被害の状況は表示されません。被災証明書はこの画面からは交付できません。
        </Banner>
      )}
      {data && props.children(data)}
    </Page>
  )
}

/** 被災届出: where it stands, what to do next, and what it says. */
export function ReportPage(): ReactNode {
  return (
    <OfReport>
      {(report) => (
        <>
          <Section title="次にすること">
            <p className="tile-title">{reportNextWords[report.state]}</p>
            {report.withdrawnReason && <p>取下げの理由：{report.withdrawnReason}</p>}
            <Acts report={report} />
          </Section>
          {report.acceptedAt !== null && (
            <Section title={`被災証明書 ${report.serialNo}`}>
              <p>受理 {instantText(report.acceptedAt)}</p>
              <Issues
                kind="hisai"
                subjectId={report.reportId}
                issuePage={`/hisai/reports/${report.reportId}/issue`}
              />
            </Section>
          )}
          <Contents report={report} />
        </>
      )}
    </OfReport>
  )
}

function Acts(props: { report: Report }): ReactNode {
  const { reportId, state, version } = props.report
  const can = useCan()
  const toast = useToast()
  const accepting = useSend(acceptReport, {
    invalidates: shownBy,
    onDone: ({ serialNo }) => toast(`受理しました。整理番号は${serialNo}です`),
  })
  return (
    <>
      {accepting.error && <ErrorSummary error={accepting.error} />}
      <div className="button-row">
        {canAccept(state) && (
          <Button
            look="solid"
            permit={can(acceptReport)}
            busy={accepting.busy}
            onClick={() => accepting.start({ reportId, version })}
          >
            受理する
          </Button>
        )}
        {state === 'accepted' && (
          <ActLink
            reportId={reportId}
            act="issue"
            label="被災証明書を交付する"
            look="solid"
            needs={issuing}
          />
        )}
        {canWithdraw(state) && (
          <ActLink reportId={reportId} act="withdraw" label="取下げを登録する" needs={withdrawReport} />
        )}
      </div>
    </>
  )
}

function ActLink(props: {
  reportId: string
  act: string
  label: string
  look?: 'solid'
  needs: Pick<Endpoint, 'permission' | 'title'>
}): ReactNode {
  const permit = useCan()(props.needs)
  if (!permit.allowed) return <Button permit={permit}>{props.label}</Button>
  return (
    <Link
      to={`/hisai/reports/${props.reportId}/${props.act}`}
      className="button"
      data-look={props.look ?? 'outline'}
    >
      {props.label}
    </Link>
  )
}

function Contents(props: { report: Report }): ReactNode {
  const { form, suppressed } = props.report
  const { applicant } = form
  const arrange = useArrangedTerms('hisai')
  /** Of a protected person these come empty: a blank would look as if nothing had been written. */
  const place = (value: string) => value || (suppressed ? '（支援措置のため非表示）' : noValue)
  return (
    <Section title="届出の内容">
      <DescriptionList
        items={arrange([
          { term: '届出者', value: applicant.name },
          { item: 'applicant.kana', term: '届出者のフリガナ', value: applicant.kana || noValue },
          { term: '住所', value: place(applicant.address) },
          { item: 'applicant.phone', term: '電話番号', value: place(applicant.phone) },
          { term: '被災原因', value: form.causeText },
          { term: '被災した物件', value: objectsText(form.objects) },
          { term: '被災場所', value: place(form.place) },
          { term: '被害の状況', value: place(form.damageText) },
        ])}
      />
    </Section>
  )
}

/** 被災証明書の窓口交付. */
export function ReportIssuePage(): ReactNode {
  return (
    <OfReport title="被災証明書の交付">
      {({ reportId, state }) =>
        state === 'accepted' ? (
          <Allowed to={issuing}>
            <IssueFlow
              of={{
                ...{ kind: 'hisai', ja: '被災証明書', subjectId: reportId, copies: 1, purpose: '' },
                ...{ back: `/hisai/reports/${reportId}`, backLabel: '届出' },
              }}
            />
          </Allowed>
        ) : (
          <NotNow reportId={reportId} state={state} />
        )
      }
    </OfReport>
  )
}

function NotNow(props: { reportId: string; state: ReportState }): ReactNode {
  return (
    <Banner tone="warning" title="今の状態では、この操作はできません">
      現在の状態は「{labelOf(reportStates, props.state)}」です。
      <Link to={`/hisai/reports/${props.reportId}`}>届出の画面</Link>で確かめてください。
    </Banner>
  )
}

/** 取下げ. */
export function WithdrawReportPage(): ReactNode {
  return (
    <OfReport title="被災届出の取下げ">
      {(report) =>
        canWithdraw(report.state) ? (
          <Allowed to={withdrawReport}>
            <Withdraw report={report} />
          </Allowed>
        ) : (
          <NotNow reportId={report.reportId} state={report.state} />
        )
      }
    </OfReport>
  )
}

function Withdraw(props: { report: Report }): ReactNode {
  const { reportId } = props.report
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const valuesOf = ({ version }: Report) => ({ version, reason: '' })
  return (
    <>
      {props.report.state === 'accepted' && (
        <Banner tone="warning" title={`被災証明書${props.report.serialNo}は使えなくなります`}>
          交付済みの紙は回収してください。
        </Banner>
      )}
      <EditForm
        mode="new"
        initial={valuesOf(props.report)}
        submitLabel="取り下げる"
        onSubmit={({ version, reason }, { requestId }) =>
          send(withdrawReport, { reportId, version, reason }, requestId)
        }
        reload={async () => valuesOf(await call(getReport, { reportId }))}
        onSaved={() => {
          toast('取下げを登録しました')
          void navigate({ to: `/hisai/reports/${reportId}` })
          for (const { name } of shownBy) void queries.invalidateQueries({ queryKey: [name] })
        }}
        cancel={
          <Link to={`/hisai/reports/${reportId}`} className="button">
            やめる
          </Link>
        }
      >
        {({ Field }) => (
          <FieldGroup legend="理由">
            <Field
              name="reason"
              kind={TextArea}
              label="取下げの理由"
              hint="例：届出者から電話で申出。記載の誤りにより受け付け直し"
              required
            />
          </FieldGroup>
        )}
      </EditForm>
    </>
  )
}
