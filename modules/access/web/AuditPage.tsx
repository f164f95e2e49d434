import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { call, q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { auditSorts } from '../audit-events.ts'
import { exportAudit, listAudit, listAuditedStaff, type AuditQuestion } from '../audit-trail.contract.ts'
import { questions } from './audit-questions.ts'
import { AuditOften } from './AuditOften.tsx'

const Digits = textWith({ width: 'narrow', inputMode: 'numeric' })
const Question = radioOf(questions)

type Asked = RawInputOf<typeof exportAudit>
type Act = OutputOf<typeof listAudit>['acts'][number]
type Found = { readonly asked: Asked; readonly acts: readonly Act[]; readonly more: boolean }

/** 監査: who did what, as sentences. What is asked for stays out of the address: a 宛名番号 is in it. */
export function AuditPage(): ReactNode {
  return (
    <Page
      title="監査記録"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '監査記録' }]}
      lead="誰が、いつ、誰の情報を、何のために見たか、何をしたかの記録です。調べることを選んでください。この記録を見たことも、記録に残ります。"
      actions={
        <>
          <Link to="/audit/extract" className="button">
            本人への写し
          </Link>
          <Link to="/audit/keeping" className="button">
            保管と廃棄
          </Link>
        </>
      }
    >
      <Allowed to={listAudit}>
        <Trail />
      </Allowed>
    </Page>
  )
}

function Trail(): ReactNode {
  const today = useToday()
  const [question, setQuestion] = useState<AuditQuestion | 'often'>('person')
  const [fromOn, setFromOn] = useState<PlainDate | null>(addDays(today, -30))
  const [toOn, setToOn] = useState<PlainDate | null>(today)
  const [residentNo, setResidentNo] = useState('')
  const [staffId, setStaffId] = useState<string | null>(null)
  const [found, setFound] = useState<Found | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [wrong, setWrong] = useState<Partial<Record<'residentNo' | 'staffId' | 'toOn', string>>>({})
  const [busy, setBusy] = useState(false)
  const staff = useQuery(q(listAuditedStaff, {}))

  async function work(run: () => Promise<void>): Promise<void> {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await run()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  /** What is asked, or what is missing beside its field. */
  function asked(of: AuditQuestion): Asked | null {
    const digits = residentNo.normalize('NFKC').replace(/\s/g, '')
    const missing = {
      ...(of === 'person' && !/^\d{1,15}$/.test(digits)
        ? { residentNo: '宛名番号を数字で入力してください' }
        : {}),
      ...(of === 'staff' && staffId === null ? { staffId: '職員を選択してください' } : {}),
      ...(fromOn === null || toOn === null
        ? { toOn: '始まりの日と終わりの日を入力してください' }
        : fromOn > toOn
          ? { toOn: '終わりの日は、始まりの日以後にしてください' }
          : {}),
    }
    setWrong(missing)
    if (Object.keys(missing).length > 0) return null
    return {
      ...{ question: of, fromOn: fromOn!, toOn: toOn! },
      ...(of === 'person' ? { residentNo: digits } : {}),
      ...(of === 'staff' ? { staffId: staffId! } : {}),
    }
  }

  async function search(of: Asked): Promise<void> {
    setFound(null)
    setFound({ asked: of, ...(await call(listAudit, of)) })
  }

  async function older(shown: Found): Promise<void> {
    const { at, auditId } = shown.acts.at(-1)!
    const next = await call(listAudit, { ...shown.asked, olderThan: { at, auditId } })
    setFound({ asked: shown.asked, acts: [...shown.acts, ...next.acts], more: next.more })
  }

  return (
    <>
      <Section title="調べること">
        <form
          className="form-body"
          noValidate
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault()
            const input = question === 'often' ? null : asked(question)
            if (input !== null) void work(() => search(input))
          }}
        >
          <LooseField
            name="question"
            label="調べること"
            kind={Question}
            value={question}
            onChange={(value) => {
              setQuestion(value ?? 'person')
              setFound(null)
              setWrong({})
            }}
          />
          {question === 'person' && (
            <LooseField
              name="residentNo"
              label="宛名番号"
              kind={Digits}
              hint="誰に見られたかを調べる住民の番号"
              value={residentNo}
              onChange={setResidentNo}
              error={wrong.residentNo ?? null}
              required
            />
          )}
          {question === 'staff' && (
            <LooseField
              name="staffId"
              label="職員"
              kind={selectOf(
                (staff.data?.staff ?? []).map((one) => ({
                  value: one.staffId,
                  label: `${one.name}（${one.department}）`,
                })),
              )}
              value={staffId}
              onChange={setStaffId}
              error={wrong.staffId ?? null}
              required
            />
          )}
          {question !== 'often' && (
            <>
              <FieldRow>
                <LooseField
                  name="fromOn"
                  label="始まりの日"
                  kind={WarekiDate}
                  value={fromOn}
                  onChange={setFromOn}
                />
                <LooseField
                  name="toOn"
                  label="終わりの日"
                  kind={WarekiDate}
                  value={toOn}
                  onChange={setToOn}
                  error={wrong.toOn ?? null}
                />
              </FieldRow>
              <div className="button-row">
                <Button type="submit" look="solid" busy={busy}>
                  記録を調べる
                </Button>
              </div>
            </>
          )}
        </form>
      </Section>
      {question === 'often' && (
        <AuditOften
          today={today}
          onPerson={(number) => {
            setResidentNo(number)
            setQuestion('person')
          }}
        />
      )}
      {error !== null && <ErrorSummary error={error} />}
      {found && <Acts found={found} busy={busy} onOlder={() => void work(() => older(found))} />}
    </>
  )
}

function Acts(props: { found: Found; busy: boolean; onOlder: () => void }): ReactNode {
  const { found } = props
  return (
    <>
      <p role="status">
        {`${grouped(found.acts.length)}件を表示しています。${found.more ? 'これより前にも記録があります。' : 'この期間の記録は以上です。'}`}
      </p>
      <DataTable
        caption="記録（新しい順）"
        columns={columns}
        rows={found.acts}
        rowKey={(row) => row.auditId}
        empty={<p>この条件の記録はありません。期間を広げてください。</p>}
      />
      <div className="button-row">
        {found.more && (
          <Button busy={props.busy} onClick={props.onOlder}>
            前の記録も表示する
          </Button>
        )}
        {found.acts.length > 0 && (
          <SaveButton endpoint={exportAudit} input={found.asked} label="条件に合う記録をすべてCSVで保存" />
        )}
      </div>
    </>
  )
}

const column = columnsOf<Act>()
const columns = column.columns([
  column.accessor('sentence', { header: '記録', meta: { wide: true } }),
  column.accessor('sort', {
    header: '種類',
    cell: (cell) => {
      const sort = cell.getValue() as keyof typeof auditSorts
      return <Badge tone={sort === 'refused' ? 'warning' : 'neutral'}>{auditSorts[sort] ?? sort}</Badge>
    },
  }),
  column.accessor('facts', { header: '細目', cell: (cell) => cell.getValue() || '―' }),
])
