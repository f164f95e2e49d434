import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint, OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
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
import {
  askProtectionLift,
  askProtectionRelease,
  decideProtection,
  decideProtectionLift,
  decideProtectionRelease,
  endProtectionLift,
  getProtection,
  listProtections,
  renewProtection,
} from '../protection.contract.ts'
import { actKinds, categories, liftMinutes, roles, scopes } from '../protection.ts'
import { AddPeople } from './AddPeople.tsx'
import { StateBadges } from './StateBadges.tsx'

type Measure = OutputOf<typeof getProtection>
const day = (on: string | null): string => dateText(on as PlainDate | null) || noValue

/** One measure: who is protected from whom, what waits for a second person, and everything that was done. */
export function ProtectionPage(): ReactNode {
  const measureId = usePathParam('measureId')
  const { data, error } = useQuery({
    // Every reading is recorded: not again when the window is looked at again.
    ...q(getProtection, { measureId }),
    refetchOnWindowFocus: false,
  })
  return (
    <Page
      title="支援措置の内容"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支援措置（DV等）', to: '/protections' },
        { label: '支援措置の内容' },
      ]}
      badges={data && <StateBadges one={data} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Banner tone="suppression" title="この画面の内容を、本人と担当者以外に伝えないでください">
            加害者や代理の方からの問合せには、支援措置があることも答えません。この画面を開いたことは記録されます。
          </Banner>
          <Decisions key={data.version} one={data} />
          <Contents one={data} />
          <People one={data} />
          <Acts one={data} />
        </>
      )}
    </Page>
  )
}

const reads: readonly Pick<Endpoint, 'name'>[] = [getProtection, listProtections]
const minuteOptions = liftMinutes.map((value) => ({ value: String(value), label: `${value}分` }))
const Minutes = selectOf(minuteOptions)

function Decisions({ one }: { one: Measure }): ReactNode {
  const toast = useToast()
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState<string | null>('30')
  const { measureId, version, waiting, state } = one
  const seen = { measureId, version, reason: reason.trim() }
  const why = (label: string) => (
    <LooseField name="reason" label={label} kind={TextArea} value={reason} onChange={setReason} required />
  )
  const common = { invalidates: reads, onDone: () => toast('記録しました') }
  if (state === 'refused' || state === 'released') return null
  const waits = {
    measure: '支援措置の決定',
    release: '解除の決定',
    lift: `一時解除の決定（${one.minutes ?? 0}分）`,
  } as const
  return (
    <Section title="次にすること">
      {waiting && (
        <p>
          <strong>{waits[waiting.what]}を待っています。</strong>
          {`求めた人：${waiting.by}（${instantText(waiting.at)}）。`}
          {waiting.mine
            ? 'ご自身が求めたため、別の職員が決定します。それまで保護は続きます。'
            : '求めた人とは別の職員が決定します。'}
        </p>
      )}
      {one.liftedUntil && (
        <p>
          {instantText(one.liftedUntil)}
          まで、一時解除を求めた職員の画面だけに住所などが表示されます。時間が過ぎると自動で元に戻ります。
        </p>
      )}
      {one.renewableFrom && !one.renewal && <p>延長は{day(one.renewableFrom)}からできます。</p>}
      <div className="button-row">
        {waiting?.what === 'measure' && !waiting.mine && (
          <>
            <AskButton
              {...common}
              endpoint={decideProtection}
              input={{ ...seen, outcome: 'approved', startsOn: null, endsOn: null }}
              label="支援措置を決定する"
              question="支援措置を決定しますか"
              confirm="決定する"
            >
              <p>期間は今日から1年です。期間が過ぎても、延長か解除を決めるまで保護は続きます。</p>
              {why('決定の理由（相談機関の意見など）')}
            </AskButton>
            <AskButton
              {...common}
              endpoint={decideProtection}
              input={{ ...seen, outcome: 'refused', startsOn: null, endsOn: null }}
              label="必要を認めない"
              question="仮支援措置を終えますか"
              confirm="仮支援措置を終える"
              look="danger"
            >
              <p>住所や連絡先が、すぐにすべての画面と証明書に表示されるようになります。</p>
              {why('認めない理由')}
            </AskButton>
          </>
        )}
        {waiting?.what === 'release' && !waiting.mine && (
          <Pair
            endpoint={decideProtectionRelease}
            seen={seen}
            yes="解除する"
            no="解除を認めない"
            effect="住所や連絡先が、すぐにすべての画面と証明書に表示されるようになります。"
            why={why}
          />
        )}
        {waiting?.what === 'lift' && !waiting.mine && (
          <Pair
            endpoint={decideProtectionLift}
            seen={seen}
            yes="一時解除する"
            no="一時解除を認めない"
            effect={`${one.minutes ?? 0}分の間、求めた職員の画面だけに住所などが表示されます。キオスク端末やほかの職員には表示されません。`}
            why={why}
          />
        )}
        {one.renewal && (
          <AskButton
            {...common}
            endpoint={renewProtection}
            input={seen}
            label="延長する"
            question="支援措置を延長しますか"
            confirm="延長する"
          >
            <p>
              新しい期間：{day(one.renewal.startsOn)}から{day(one.renewal.endsOn)}まで
            </p>
            {why('延長の理由（本人の申出、相談機関の意見など）')}
          </AskButton>
        )}
        {state === 'in-force' && waiting === null && (
          <>
            <AskButton
              {...common}
              endpoint={askProtectionLift}
              input={{ ...seen, minutes: Number(minutes ?? '30') }}
              label="一時解除を求める"
              question="一時解除を求めますか"
              confirm="一時解除を求める"
            >
              <p>窓口で本人に証明書を渡すときなどに使います。別の職員が認めるまで、表示は変わりません。</p>
              <LooseField
                name="minutes"
                label="一時解除の時間"
                kind={Minutes}
                value={minutes}
                onChange={setMinutes}
                required
              />
              {why('一時解除の理由')}
            </AskButton>
            <AskButton
              {...common}
              endpoint={askProtectionRelease}
              input={seen}
              label="解除を求める"
              question="支援措置の解除を求めますか"
              confirm="解除を求める"
            >
              <p>別の職員が認めるまで、保護は続きます。</p>
              {why('解除の理由（本人の申出など）')}
            </AskButton>
          </>
        )}
        {one.liftedUntil && (
          <AskButton
            {...common}
            endpoint={endProtectionLift}
            input={{ measureId, version }}
            label="一時解除を今すぐ終える"
            question="一時解除を終えますか"
            confirm="終える"
          >
            <p>住所などは、すぐに表示されなくなります。</p>
          </AskButton>
        )}
        <AddPeople measureId={measureId} version={version} />
      </div>
    </Section>
  )
}

function Pair(props: {
  endpoint: typeof decideProtectionRelease | typeof decideProtectionLift
  seen: { measureId: string; version: number; reason: string }
  yes: string
  no: string
  effect: string
  why: (label: string) => ReactNode
}): ReactNode {
  const toast = useToast()
  const common = { endpoint: props.endpoint, invalidates: reads, onDone: () => toast('記録しました') }
  return (
    <>
      <AskButton
        {...common}
        input={{ ...props.seen, outcome: 'approved' }}
        label={props.yes}
        question={`${props.yes}ことを決定しますか`}
        confirm={props.yes}
        look="danger"
      >
        <p>{props.effect}</p>
        {props.why('決定の理由')}
      </AskButton>
      <AskButton
        {...common}
        input={{ ...props.seen, outcome: 'refused' }}
        label={props.no}
        question={`${props.no}ことを決定しますか`}
        confirm={props.no}
      >
        <p>保護はそのまま続きます。</p>
        {props.why('認めない理由')}
      </AskButton>
    </>
  )
}

function Contents({ one }: { one: Measure }): ReactNode {
  return (
    <Section title="内容">
      <DescriptionList
        items={[
          { term: '区分', value: labelOf(categories, one.category) },
          {
            term: '期間',
            value: one.startsOn === null ? '決定待ち' : `${day(one.startsOn)}から${day(one.endsOn)}まで`,
          },
          { term: '支援の必要な事務', value: one.scope.map((code) => labelOf(scopes, code)).join('、') },
          { term: '担当課', value: one.office },
          { term: '相談機関', value: one.agency || noValue },
          { term: '備考', value: one.note || noValue },
        ]}
      />
      <p className="small quiet">
        支援の必要な事務は申出のとおりに記録します。この仕組みの中では、範囲にかかわらず、すべての画面・証明書・一覧・出力で住所と連絡先を表示しません。
      </p>
    </Section>
  )
}

type Person = Measure['people'][number]
const column = columnsOf<Person>()
const columns = column.columns([
  column.accessor('role', {
    header: '立場',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => labelOf(roles, original.role),
  }),
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('birthOn', { header: '生年月日', cell: ({ row: { original } }) => day(original.birthOn) }),
  column.accessor('residentNo', {
    header: '宛名番号',
    cell: ({ row: { original } }) => original.residentNo ?? '住民登録なし',
  }),
  column.accessor('relation', {
    header: '申出者との関係',
    cell: ({ row: { original } }) => original.relation || noValue,
  }),
])

function People({ one }: { one: Measure }): ReactNode {
  return (
    <DataTable
      caption="対象者と加害者"
      columns={columns}
      rows={one.people}
      rowKey={({ personNo }) => String(personNo)}
      empty=""
    />
  )
}

function Acts({ one }: { one: Measure }): ReactNode {
  return (
    <Section title="これまでの記録（新しい順）">
      <ol reversed style={{ paddingInlineStart: '1.5em' }}>
        {one.acts.map((act) => (
          <li key={act.actNo} style={{ marginBlockEnd: '0.75em' }}>
            <strong>
              {instantText(act.at)}　{labelOf(actKinds, act.kind)}
            </strong>{' '}
            {act.startsOn && `${day(act.startsOn)}から${day(act.endsOn)}まで`}
            {act.minutes !== null && `${act.minutes}分`}
            {act.untilAt && `（${instantText(act.untilAt)}まで）`}
            {act.words && <div>{act.words}</div>}
            <div className="small quiet">記録：{act.by}</div>
          </li>
        ))}
      </ol>
    </Section>
  )
}
