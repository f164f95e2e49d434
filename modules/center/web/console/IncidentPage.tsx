import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { getOverview } from '../../console.contract.ts'
import {
  acknowledgeIncident,
  addIncidentNote,
  getIncident,
  listIncidents,
  restartTown,
} from '../../incidents.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'
import { StandingBadges } from './IncidentsPage.tsx'

type Incident = OutputOf<typeof getIncident>
type Stop = Incident['stops'][number]

const afterwards = [getIncident, listIncidents, getOverview]

/** One incident: what to do first, and the way from the alarm to the restart in three steps. */
export function IncidentPage(): ReactNode {
  const incidentId = usePathParam('incidentId')
  const { data, error } = useQuery({ ...q(getIncident, { incidentId }), refetchInterval: LIVE_MS })
  return (
    <Page
      title={data?.ja ?? '事案'}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '事案', to: '/incidents' },
        { label: data?.ja ?? '事案' },
      ]}
      badges={data && <StandingBadges incident={data} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.acknowledged === null && (
            <Banner tone={data.stopping ? 'suppression' : 'warning'} title="まず、すること">
              {data.doFirst}
            </Banner>
          )}
          <DescriptionList
            items={[
              {
                term: '市区町村',
                value:
                  data.municipalityCode === null ? (
                    noValue
                  ) : (
                    <Link
                      to={'/towns/$municipalityCode' as string}
                      params={{ municipalityCode: data.municipalityCode } as never}
                    >
                      {data.town ?? data.municipalityCode}
                    </Link>
                  ),
              },
              { term: '証明発行サーバ', value: data.endpoint ?? noValue },
              { term: '端末', value: data.kioskId ?? noValue },
              {
                term: '起きた時刻',
                value: `${instantText(data.openedAt)}${
                  data.events > 1 ? `（${grouped(data.events)}回。最後は${instantText(data.lastAt)}）` : ''
                }`,
              },
              {
                term: '端末に表示した番号',
                value: data.code === null ? noValue : String(data.code),
              },
              ...(data.endedAt === null ? [] : [{ term: '解消した時刻', value: instantText(data.endedAt) }]),
            ]}
          />
          <Section title="対応">
            <ol className="incident-steps">
              <li
                data-done={data.acknowledged ? '' : undefined}
                data-next={data.acknowledged ? undefined : ''}
              >
                <h3>1. 確認</h3>
                {data.acknowledged ? (
                  <p>{`${data.acknowledged.by} が ${instantText(data.acknowledged.at)} に確認しました。`}</p>
                ) : (
                  <Acknowledge incidentId={incidentId} />
                )}
              </li>
              {data.stops.map((stop) => (
                <li
                  key={stop.municipalityCode + stop.setAt}
                  data-done={stop.lifted ? '' : undefined}
                  data-next={!stop.lifted && data.acknowledged ? '' : undefined}
                >
                  <StopStep incident={data} stop={stop} />
                </li>
              ))}
            </ol>
          </Section>
          <Section title="メモ">
            {data.notes.length > 0 && (
              <ul className="note-list">
                {data.notes.map((note) => (
                  <li key={note.at + note.by}>
                    <p>{note.text}</p>
                    <p className="small quiet">{`${note.by} ${instantText(note.at)}`}</p>
                  </li>
                ))}
              </ul>
            )}
            <AddNote incidentId={incidentId} />
          </Section>
          <Happened rows={data.happened} />
        </>
      )}
    </Page>
  )
}

const noteHint = '分かったこと、電話した相手、したこと。住民の氏名などは書かないでください'

function Acknowledge({ incidentId }: { incidentId: string }): ReactNode {
  const can = useCan()
  const toast = useToast()
  const [note, setNote] = useState('')
  const sending = useSend(acknowledgeIncident, {
    invalidates: afterwards,
    onDone: () => toast('事案を確認しました'),
  })
  return (
    <form
      className="form-body"
      onSubmit={(event) => {
        event.preventDefault()
        sending.start({ incidentId, note: note.trim() })
      }}
    >
      <LooseField
        name="note"
        label="確認のメモ"
        kind={TextArea}
        hint={noteHint}
        value={note}
        onChange={setNote}
        required
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          type="submit"
          look="solid"
          busy={sending.busy}
          permit={can(acknowledgeIncident)}
          unavailable={note.trim() === '' ? 'メモを書くと確認できます' : null}
        >
          確認した
        </Button>
      </div>
    </form>
  )
}

function AddNote({ incidentId }: { incidentId: string }): ReactNode {
  const can = useCan()
  const [text, setText] = useState('')
  const sending = useSend(addIncidentNote, { invalidates: [getIncident], onDone: () => setText('') })
  if (!can(addIncidentNote).allowed) return null
  return (
    <form
      className="form-body"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') sending.start({ incidentId, text: text.trim() })
      }}
    >
      <LooseField
        name="text"
        label="メモの追加"
        kind={TextArea}
        hint={noteHint}
        value={text}
        onChange={setText}
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          type="submit"
          busy={sending.busy}
          unavailable={text.trim() === '' ? 'メモを書いてください' : null}
        >
          メモを追加
        </Button>
      </div>
    </form>
  )
}

const Cleared = checkboxOf('滞留していたデータ連携がすべて処理されたことを、市区町村が確認した')

function StopStep({ incident, stop }: { incident: Incident; stop: Stop }): ReactNode {
  const town = stop.town ?? stop.municipalityCode
  const { lifted } = stop
  if (lifted) {
    return (
      <>
        <h3>{`2. ${town}の交付の再開`}</h3>
        <p>
          {`${lifted.by} が ${instantText(lifted.at)} に再開しました（市区町村の確認：${lifted.confirmedBy}）。`}
        </p>
        <p>
          {lifted.issuing === true && <Badge tone="success">証明発行サーバも再開しました</Badge>}
          {lifted.issuing === false && (
            <Badge tone="warning">証明発行サーバには、まだ別の停止が残っています</Badge>
          )}
          {lifted.issuing === null && <Badge tone="information">証明発行サーバに伝えています</Badge>}
        </p>
      </>
    )
  }
  return (
    <>
      <h3>{`2. ${town}の交付の再開`}</h3>
      <p>
        {`${instantText(stop.setAt)} から自動で停止しています。`}
        {stop.told ? '証明発行サーバも停止を了解しました。' : '証明発行サーバに停止を伝えています。'}
      </p>
      {incident.acknowledged === null ? (
        <p className="quiet">事案を確認すると、再開の操作ができます。</p>
      ) : (
        <Restart incidentId={incident.incidentId} municipalityCode={stop.municipalityCode} town={town} />
      )}
    </>
  )
}

function Restart(props: { incidentId: string; municipalityCode: string; town: string }): ReactNode {
  const { incidentId, municipalityCode, town } = props
  const can = useCan()
  const toast = useToast()
  const [confirmedBy, setConfirmedBy] = useState('')
  const [cleared, setCleared] = useState(false)
  const sending = useSend(restartTown, {
    invalidates: afterwards,
    onDone: () => toast(`${town}の交付を再開しました`),
  })
  const missing =
    confirmedBy.trim() === ''
      ? '確認者を入力してください'
      : cleared
        ? null
        : '確認の欄にチェックを入れてください'
  return (
    <form
      className="form-body"
      onSubmit={(event) => {
        event.preventDefault()
        if (!cleared) return
        sending.start({ incidentId, municipalityCode, confirmedBy: confirmedBy.trim(), backlogCleared: true })
      }}
    >
      <p>
        交付を再開してよいかは市区町村が決めます。市区町村に電話し、確認した方の課名・役職を入力してください。
      </p>
      <LooseField
        name="confirmedBy"
        label="確認者（市区町村の課名・役職）"
        kind={Text}
        hint="例：市民課 係長"
        value={confirmedBy}
        onChange={setConfirmedBy}
        required
      />
      <LooseField
        name="backlogCleared"
        label="滞留データの処理"
        kind={Cleared}
        value={cleared}
        onChange={setCleared}
        required
      />
      {sending.error && <ErrorSummary error={sending.error} />}
      <div className="button-row">
        <Button
          type="submit"
          look="solid"
          busy={sending.busy}
          permit={can(restartTown)}
          unavailable={missing}
        >
          {`${town}の交付を再開する`}
        </Button>
      </div>
    </form>
  )
}

type Event = Incident['happened'][number]
const column = columnsOf<Event>()
const columns = column.columns([
  column.accessor('at', {
    header: '時刻',
    meta: { nowrap: true },
    cell: (cell) => shortInstant(cell.getValue()),
  }),
  column.accessor('transactionId', {
    header: '取引',
    cell: (cell) => <TransactionLink id={cell.getValue()} />,
  }),
  column.accessor('message', { header: '電文・段階', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('field', { header: '項目', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor('otherTransactionId', {
    header: '別の取引',
    cell: (cell) => <TransactionLink id={cell.getValue()} />,
  }),
  column.accessor('milliseconds', {
    header: '時間',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const ms = cell.getValue()
      return ms === null ? noValue : `${(ms / 1000).toFixed(1)}秒`
    },
  }),
])

function TransactionLink({ id }: { id: string | null }): ReactNode {
  if (id === null) return noValue
  return (
    <Link to={'/transactions/$transactionId' as string} params={{ transactionId: id } as never}>
      {id.slice(0, 8)}…
    </Link>
  )
}

function Happened({ rows }: { rows: readonly Event[] }): ReactNode {
  return (
    <DataTable
      caption="起きたこと（古い順、200件まで）"
      columns={columns}
      rows={rows}
      rowKey={(row) => `${row.at}${row.transactionId ?? ''}${row.message ?? ''}`}
      empty="記録がありません。"
    />
  )
}
