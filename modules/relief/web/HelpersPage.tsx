import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Areas, areasOf } from '@open-bcl/ui/fields/areas.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  listHelperPasses,
  makeHelperPasses,
  renewHelperPass,
  revokeHelperPasses,
} from '../relief.contract.ts'
import {
  helperJobs,
  helperPassStates,
  isOfHousesJob,
  jobText,
  MOST_PASSES,
  passText,
  type HelperJob,
  type HelperPassState,
} from '../relief.ts'
import { CardSheet, type Cards } from './Cards.tsx'

type Pass = OutputOf<typeof listHelperPasses>['passes'][number]

const tones: Readonly<Record<HelperPassState, 'neutral' | 'information' | 'success' | 'error'>> = {
  waiting: 'neutral',
  early: 'information',
  valid: 'success',
  expired: 'neutral',
  revoked: 'error',
}
const Job = radioOf(helperJobs)
const Count = wholeNumberOf({ unit: '枚', minimum: 1, maximum: MOST_PASSES })
const dayText = (day: string): string => WarekiDate.toText(day as PlainDate)

/** 応援職員: cards for people of other towns, made by the dozen, taken back at once. */
export function HelpersPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="応援職員"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '応援職員' }]}
      lead="ほかの団体から来た職員に、業務・災害・期間を限った利用証を渡します。ご自分のスマートフォンで読み取ると、その業務の画面だけが使えます。操作は本人の氏名で記録されます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Passes key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function Passes(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const { data, error } = useQuery(q(listHelperPasses, { disasterId }))
  const [made, setMade] = useState<Cards | null>(null)
  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  if (made) return <CardSheet made={made} onClose={() => setMade(null)} />
  const living = data.passes.filter(({ state }) => state !== 'revoked' && state !== 'expired')
  const column = columnsOf<Pass>()
  const columns = column.columns([
    column.accessor('passNo', {
      header: '番号',
      meta: { nowrap: true },
      cell: (cell) => passText(cell.getValue()),
    }),
    column.accessor('name', { header: '氏名', cell: (cell) => cell.getValue() || '—' }),
    column.accessor('job', {
      header: '業務',
      cell: ({ row: { original } }) => jobText(original.job, original.areas),
    }),
    column.accessor('state', {
      header: '状態',
      cell: (cell) => (
        <Badge tone={tones[cell.getValue()]}>{labelOf(helperPassStates, cell.getValue())}</Badge>
      ),
    }),
    column.accessor('validUntil', {
      header: '期間',
      cell: (cell) => `${dayText(cell.row.original.validFrom)} から ${dayText(cell.getValue())}`,
    }),
    column.accessor('enrolledAt', {
      header: '登録',
      cell: (cell) => {
        const at = cell.getValue()
        return at === null ? '—' : instantText(at)
      },
    }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: (cell) => <Acts disasterId={disasterId} pass={cell.row.original} onMade={setMade} />,
    }),
  ])
  return (
    <>
      <NewPasses disasterId={disasterId} onMade={setMade} />
      <Section title="利用証の一覧">
        <DataTable
          caption="利用証"
          columns={columns}
          rows={data.passes}
          rowKey={(pass) => pass.passId}
          empty={<p>利用証はまだありません。</p>}
        />
        {living.length > 1 && (
          <div className="button-row">
            <AskButton
              endpoint={revokeHelperPasses}
              input={{ disasterId, passIds: living.slice(0, 200).map(({ passId }) => passId) }}
              invalidates={[listHelperPasses]}
              label="すべて取り消す"
              question={`使える利用証 ${living.length}枚をすべて取り消しますか`}
              confirm="すべて取り消す"
              look="danger"
            >
              <p>使っている人はすぐに画面を使えなくなります。記録したものは残ります。</p>
            </AskButton>
          </div>
        )}
      </Section>
    </>
  )
}

function Acts(props: { disasterId: string; pass: Pass; onMade: (made: Cards) => void }): ReactNode {
  const { disasterId, pass } = props
  const { passId, version, job, areas, validFrom, validUntil } = pass
  if (pass.state === 'revoked' || pass.state === 'expired') return null
  return (
    <div className="button-row">
      {pass.state === 'waiting' && (
        <AskButton
          endpoint={renewHelperPass}
          input={{ passId, version }}
          invalidates={[listHelperPasses]}
          label="刷り直す"
          of={passText(pass.passNo)}
          question={`${passText(pass.passNo)}を刷り直しますか`}
          confirm="刷り直す"
          onDone={(card) => props.onMade({ job, areas, validFrom, validUntil, cards: [card] })}
        >
          <p>前に印刷した利用証は使えなくなります。</p>
        </AskButton>
      )}
      <AskButton
        endpoint={revokeHelperPasses}
        input={{ disasterId, passIds: [passId] }}
        invalidates={[listHelperPasses]}
        label="取り消す"
        of={passText(pass.passNo)}
        question={`${passText(pass.passNo)}${pass.name === '' ? '' : `（${pass.name}）`}を取り消しますか`}
        confirm="取り消す"
        look="danger"
      >
        <p>
          すぐに画面を使えなくなります。記録したものは残ります。続けて働くときは、新しい利用証を渡してください。
        </p>
      </AskButton>
    </div>
  )
}

function NewPasses(props: { disasterId: string; onMade: (made: Cards) => void }): ReactNode {
  const { disasterId } = props
  const today = useToday()
  const [job, setJob] = useState<HelperJob | null>(null)
  const [areaText, setAreaText] = useState('')
  const [count, setCount] = useState<number | null>(10)
  const [validFrom, setValidFrom] = useState<PlainDate | null>(today)
  const [validUntil, setValidUntil] = useState<PlainDate | null>(null)
  const sending = useSend(makeHelperPasses, {
    invalidates: [listHelperPasses],
    onDone: ({ cards }) =>
      props.onMade({ job: job!, areas, validFrom: validFrom!, validUntil: validUntil!, cards }),
  })
  const ofHouses = job !== null && isOfHousesJob(job)
  const areas = ofHouses ? areasOf(areaText) : null
  const missing = job === null || count === null || validFrom === null || validUntil === null
  return (
    <Section title="利用証を作る">
      <FieldFaults error={sending.error}>
        <LooseField name="job" label="業務" kind={Job} value={job} onChange={setJob} required />
        {ofHouses && (
          <LooseField name="areas" label="対象の町字" kind={Areas} value={areaText} onChange={setAreaText} />
        )}
        <LooseField name="count" label="枚数" kind={Count} value={count} onChange={setCount} required />
        <LooseField
          name="validFrom"
          label="始まりの日"
          kind={WarekiDate}
          value={validFrom}
          onChange={setValidFrom}
          required
        />
        <LooseField
          name="validUntil"
          label="終わりの日"
          kind={WarekiDate}
          value={validUntil}
          onChange={setValidUntil}
          required
        />
      </FieldFaults>
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={missing ? '業務、枚数、期間を入力してください' : null}
          onClick={() => {
            if (!missing) sending.start({ disasterId, job, areas, count, validFrom, validUntil })
          }}
        >
          作成する
        </Button>
      </div>
      <p className="quiet">
        窓口での証明書の交付は、利用証では行えません。「ユーザ管理」で職員として登録してください。
      </p>
    </Section>
  )
}
