import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { listPlans } from '../../surveys/plans.contract.ts'
import type { TeamId } from '../../surveys/surveys.ts'
import { listParked, listPasses, makePass, renewCode, revokePass } from '../field.contract.ts'
import { passStates, type PassId, type PassState } from '../field.ts'
import { CodeCard } from './CodeCard.tsx'
import { Parked } from './Parked.tsx'
import { TakeQueue } from './TakeQueue.tsx'

type Pass = OutputOf<typeof listPasses>['passes'][number]
export type Code = OutputOf<typeof makePass>

const tones: Readonly<Record<PassState, 'neutral' | 'information' | 'success' | 'warning' | 'error'>> = {
  waiting: 'warning',
  early: 'information',
  valid: 'success',
  expired: 'neutral',
  revoked: 'error',
}
/** Nothing was heard of it for so long while something waits on it. */
const SILENT_MS = 24 * 3_600_000
const CLOCK_OFF_S = 600

const dayText = (day: string): string => WarekiDate.toText(day as PlainDate)

/** 調査端末: whom a phone was given to, what is unsent on it, and what came that staff must look at. */
export function PhonesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="調査端末"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: '調査端末' },
      ]}
      lead="調査員のスマートフォンを登録します。圏外で記録したものは端末に暗号化して残り、つながったときに届きます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Phones key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function Phones(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const passes = useQuery(q(listPasses, { disasterId }))
  const parked = useQuery(q(listParked, { disasterId }))
  const [code, setCode] = useState<Code | null>(null)
  const error = passes.error ?? parked.error
  if (error) return <ErrorSummary error={error} />
  if (!passes.data || !parked.data) return <p>読み込んでいます…</p>
  const column = columnsOf<Pass>()
  const columns = column.columns([
    column.accessor('name', { header: '端末の名前' }),
    column.accessor('teamName', { header: '調査班' }),
    column.accessor('state', {
      header: '状態',
      cell: (cell) => (
        <>
          <Badge tone={tones[cell.getValue()]}>{labelOf(passStates, cell.getValue())}</Badge>
          {cell.row.original.wipedAt !== null && <p className="quiet">端末の内容は消去済み</p>}
          {cell.getValue() === 'revoked' && cell.row.original.wipedAt === null && (
            <p className="quiet">次に端末がつながったときに消去します</p>
          )}
        </>
      ),
    }),
    column.accessor('validUntil', {
      header: '利用期間',
      cell: (cell) => `${dayText(cell.row.original.validFrom)} から ${dayText(cell.getValue())}`,
    }),
    column.accessor('unsent', { header: '未送信', cell: (cell) => <UnsentText pass={cell.row.original} /> }),
    column.accessor('seenAt', {
      header: '最後の連絡',
      cell: (cell) => {
        const at = cell.getValue()
        return at === null ? 'まだありません' : instantText(at)
      },
    }),
    column.accessor('parked', { header: '保留', meta: { align: 'end' } }),
    column.display({
      id: 'acts',
      header: '操作',
      meta: { nowrap: true },
      cell: (cell) => <Acts pass={cell.row.original} onCode={setCode} />,
    }),
  ])
  return (
    <>
      {code && <CodeCard code={code} onClose={() => setCode(null)} />}
      {parked.data.items.length > 0 && <Parked items={parked.data.items} more={parked.data.more} />}
      <Section title="登録した端末">
        <DataTable
          caption="調査端末"
          columns={columns}
          rows={passes.data.passes}
          rowKey={(pass) => pass.passId}
          empty={<p>端末がまだありません。</p>}
        />
      </Section>
      {can(makePass).allowed && <NewPass disasterId={disasterId} onCode={setCode} />}
      <TakeQueue />
    </>
  )
}

function UnsentText(props: { pass: Pass }): ReactNode {
  const { pass } = props
  const [now] = useState(() => Date.now())
  const silent = pass.unsent > 0 && pass.seenAt !== null && now - Date.parse(pass.seenAt) > SILENT_MS
  return (
    <>
      {pass.unsent}件
      {pass.unsentSince !== null && <p className="quiet">最も古いもの {instantText(pass.unsentSince)}</p>}
      {silent && <Badge tone="warning">1日以上連絡がありません</Badge>}
      {Math.abs(pass.clockOffS) > CLOCK_OFF_S && <Badge tone="warning">端末の時計がずれています</Badge>}
    </>
  )
}

function Acts(props: { pass: Pass; onCode: (code: Code) => void }): ReactNode {
  const { pass } = props
  const [reason, setReason] = useState('')
  const about = { passId: pass.passId as PassId, version: pass.version }
  return (
    <div className="button-row">
      {pass.state === 'waiting' && (
        <AskButton
          endpoint={renewCode}
          input={about}
          invalidates={[listPasses]}
          label="コードを出し直す"
          of={pass.name}
          question="登録コードを出し直しますか"
          confirm="出し直す"
          onDone={props.onCode}
        >
          <p>前のコードは使えなくなります。</p>
        </AskButton>
      )}
      {pass.state !== 'revoked' && (
        <AskButton
          endpoint={revokePass}
          input={{ ...about, reason }}
          invalidates={[listPasses]}
          label="取り消す"
          of={pass.name}
          question="この端末の利用許可を取り消しますか"
          confirm="取り消す"
          look="danger"
        >
          <p>
            次に端末がつながったとき、調査対象の情報を端末から消します。未送信のものは、消す前に役場に届き、保留になります。
          </p>
          <LooseField name="reason" label="理由" kind={Text} value={reason} onChange={setReason} required />
        </AskButton>
      )}
    </div>
  )
}

function NewPass(props: { disasterId: string; onCode: (code: Code) => void }): ReactNode {
  const { disasterId } = props
  const today = useToday()
  const plans = useQuery(q(listPlans, { disasterId }))
  const [passId, setPassId] = useState(() => uuidv7())
  const [name, setName] = useState('')
  const [teamId, setTeamId] = useState<string | null>(null)
  const [validFrom, setValidFrom] = useState<PlainDate | null>(today)
  const [validUntil, setValidUntil] = useState<PlainDate | null>(null)
  const sending = useSend(makePass, {
    invalidates: [listPasses],
    onDone: (made) => {
      props.onCode(made)
      setPassId(uuidv7())
      setName('')
    },
  })
  const teams = (plans.data?.plans ?? [])
    .filter((plan) => !plan.closed)
    .flatMap((plan) =>
      plan.teams.map((team) => ({ value: team.teamId, label: `${plan.name}　${team.name}` })),
    )
  const Team = selectOf(teams)
  return (
    <Section title="端末を登録する">
      {plans.error && <ErrorSummary error={plans.error} />}
      {plans.data && teams.length === 0 && (
        <Banner tone="information" title="先に調査班を作ってください">
          <Link to="/surveys/plans">調査の計画と割当て</Link>で計画を作り、班を加えます。
        </Banner>
      )}
      <FieldFaults error={sending.error}>
        <LooseField
          name="name"
          label="端末の名前"
          kind={Text}
          value={name}
          onChange={setName}
          hint="例：貸出用スマートフォン3（佐藤）"
          required
        />
        <LooseField name="teamId" label="調査班" kind={Team} value={teamId} onChange={setTeamId} required />
        <LooseField
          name="validFrom"
          label="利用の始まり"
          kind={WarekiDate}
          value={validFrom}
          onChange={setValidFrom}
          required
        />
        <LooseField
          name="validUntil"
          label="利用の終わり"
          kind={WarekiDate}
          value={validUntil}
          onChange={setValidUntil}
          required
        />
      </FieldFaults>
      <Button
        look="solid"
        busy={sending.busy}
        unavailable={
          name.trim() === '' || teamId === null || validFrom === null || validUntil === null
            ? '名前、調査班、利用期間を入力してください'
            : null
        }
        onClick={() =>
          sending.start({
            ...{ passId: passId as PassId, disasterId, teamId: (teamId ?? '') as TeamId, name },
            ...{ validFrom: validFrom ?? '', validUntil: validUntil ?? '' },
          })
        }
      >
        登録コードを出す
      </Button>
    </Section>
  )
}
