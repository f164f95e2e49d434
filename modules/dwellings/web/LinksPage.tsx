import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { linkReasons } from '../dwellings.ts'
import {
  acceptProposals,
  acceptSureProposals,
  countLinks,
  listProposals,
  proposeLinks,
  refuseProposals,
  undoBulk,
} from '../occupancy.contract.ts'
import { addressText, houseKind, ownersText } from './dwelling-text.ts'
import { Selecting } from './Selecting.tsx'

type Row = OutputOf<typeof listProposals>['proposals'][number]
type Counts = OutputOf<typeof countLinks>

/** 世帯と住家の結び付け: how far it is, the sure ones at one go, the others by eye. */
export function LinksPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="世帯と住家"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '世帯と住家' }]}
      lead="災害の時にどの世帯がどの家屋に住んでいたかを決めます。結び付けは、この災害の被災者台帳だけのものです。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Links key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function Links(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const toast = useToast()
  const { data, error } = useQuery({
    ...q(countLinks, { disasterId }),
    refetchInterval: (query) => (query.state.data?.run?.state === 'waiting' ? 2_000 : false),
  })
  const queries = useQueryClient()
  const made = data?.run?.state === 'done' ? data.run.askedAt : null
  // What was read while the job ran knows nothing of what it made.
  useEffect(() => {
    if (made !== null) void queries.invalidateQueries({ queryKey: [listProposals.name] })
  }, [made, queries])
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const { households, linked, proposals, run } = data
  const open = proposals.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <DescriptionList
        items={[
          { term: '世帯（支援措置の世帯を除く）', value: `${grouped(households)}世帯` },
          { term: '結び付いた世帯', value: `${grouped(linked)}世帯` },
          {
            term: '結び付いていない世帯',
            value: <Link to="/dwellings/unlinked">{`${grouped(households - linked)}世帯を一覧で見る`}</Link>,
          },
          { term: '確かめていない候補', value: `${grouped(open)}件` },
        ]}
      />
      {run?.state === 'waiting' ? (
        <Banner tone="information" title="候補を作っています。このまま他の仕事ができます。" announce />
      ) : (
        <p className="button-row">
          <AskButton
            endpoint={proposeLinks}
            input={{ disasterId }}
            invalidates={[countLinks, listProposals]}
            label={run === null ? '候補を作る' : '候補を作り直す'}
            question="すべての世帯と家屋を照らし合わせますか"
            confirm="照らし合わせる"
            onDone={() => toast('照らし合わせを始めました')}
          >
            <p>
              住所が同じ、世帯の方が所有している、などの理由で候補を作ります。結び付けは、確かめて採用するまで行いません。
            </p>
          </AskButton>
          {run !== null && <span className="quiet">最後に作った日時：{instantText(run.askedAt)}</span>}
        </p>
      )}
      {open > 0 && <Sure disasterId={disasterId} counts={data} />}
      <Bulks disasterId={disasterId} counts={data} />
      <Proposals disasterId={disasterId} />
    </>
  )
}

const levels = [
  { atLeast: 99, label: '住所が同じで、世帯の方が所有する家屋だけ' },
  { atLeast: 90, label: '上に加えて、住所が同じ家屋が1棟だけある世帯も（借家など）' },
] as const

/** Many at one go: first how many it would be, then the deed. */
function Sure(props: { disasterId: string; counts: Counts }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const toast = useToast()
  if (!can(acceptSureProposals).allowed) return null
  return (
    <Section title="確かな候補をまとめて採用する">
      {levels.map(({ atLeast, label }) => (
        <p key={atLeast} className="button-row">
          <AskButton
            endpoint={acceptSureProposals}
            input={{ disasterId, atLeast, dryRun: false }}
            invalidates={[countLinks, listProposals]}
            label="件数を確かめて採用する"
            of={label}
            question="まとめて採用しますか"
            confirm="採用する"
            onDone={({ linked }) => toast(`${linked}世帯を結び付けました。下の「取り消す」で元に戻せます`)}
          >
            <DryRun disasterId={disasterId} atLeast={atLeast} />
          </AskButton>
          {label}
        </p>
      ))}
    </Section>
  )
}

function DryRun(props: { disasterId: string; atLeast: number }): ReactNode {
  const { data, error } = useQuery({
    queryKey: [countLinks.name, 'dry run', props],
    queryFn: () => send(acceptSureProposals, { ...props, dryRun: true }),
    staleTime: 0,
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="数えています" />
  return (
    <p>
      {grouped(data.linked)}世帯を結び付けます。
      {data.several > 0 &&
        `候補が2つ以上ある${grouped(data.several)}世帯は結び付けません（下の表で確かめてください）。`}
    </p>
  )
}

function Bulks(props: { disasterId: string; counts: Counts }): ReactNode {
  const { disasterId, counts } = props
  const toast = useToast()
  if (counts.bulks.length === 0) return null
  return (
    <Section title="取り消せる操作">
      <ul>
        {counts.bulks.map((bulk) => {
          const name = `${instantText(bulk.at)}　${bulk.by}　${grouped(bulk.count)}件を${bulk.kind === 'accepted' ? '採用' : '退け'}`
          return (
            <li key={bulk.bulkId}>
              {name}{' '}
              <AskButton
                endpoint={undoBulk}
                input={{ disasterId, bulkId: bulk.bulkId }}
                invalidates={[countLinks, listProposals]}
                label="取り消す"
                of={name}
                question="この操作を取り消しますか"
                confirm="取り消す"
                look="danger"
                onDone={({ undone, changedSince }) =>
                  toast(
                    `${undone}件を元に戻しました${changedSince > 0 ? `（その後に手で直した${changedSince}件はそのまま）` : ''}`,
                  )
                }
              >
                <p>その後に手で直した世帯は、そのまま残します。</p>
              </AskButton>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

const keyOf = ({ householdNo, dwelling }: Row): string => `${householdNo}|${dwelling.dwellingId}`

function Proposals(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const { after } = useSearch({ strict: false }) as { after?: string }
  const navigate = useNavigate()
  const can = useCan()
  const toast = useToast()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { data, error, refetch } = useQuery(q(listProposals, { disasterId, after: after ?? null }))
  const done = { invalidates: [countLinks, listProposals] }
  const accepting = useSend(acceptProposals, {
    ...done,
    onDone: ({ linked, passedOver }) => {
      setChosen(new Set())
      toast(
        `${linked}世帯を結び付けました${passedOver > 0 ? `（一つの世帯に家屋を2つ以上選んだものなど${passedOver}件は見送り）` : ''}`,
      )
    },
  })
  const refusing = useSend(refuseProposals, {
    ...done,
    onDone: ({ refused }) => {
      setChosen(new Set())
      toast(`${refused}件の候補を退けました`)
    },
  })
  const rows = data?.proposals
  const pairs = (rows ?? [])
    .filter((row) => chosen.has(keyOf(row)))
    .map(({ householdNo, dwelling }) => ({ householdNo, dwellingId: dwelling.dwellingId }))
  const unavailable = pairs.length === 0 ? '表で候補を選んでください' : null
  const column = columnsOf<Row>()
  const columns = column.columns([
    column.display({
      id: 'household',
      header: '世帯',
      cell: ({ row: { original } }) => (
        <Link to="/ledger/$personRef" params={{ personRef: original.household.personRef }}>
          {original.household.name}（{original.household.size}人）
        </Link>
      ),
    }),
    column.accessor(({ household }) => household.address, { id: 'lives', header: '世帯の住所' }),
    column.display({
      id: 'house',
      header: '家屋',
      cell: ({ row: { original } }) => (
        <>
          <Link to="/dwellings/$dwellingId" params={{ dwellingId: original.dwelling.dwellingId }}>
            {addressText(original.dwelling)}
          </Link>
          <br />
          {houseKind(original.dwelling)}
        </>
      ),
    }),
    column.accessor(({ dwelling }) => ownersText(dwelling), { id: 'owner', header: '所有者' }),
    column.display({
      id: 'why',
      header: '理由',
      cell: ({ row: { original } }) => (
        <>
          {original.reasons.map((reason) => labelOf(linkReasons, reason)).join('、')}（確かさ
          {original.confidence}） {original.several && <Badge tone="warning">候補が複数</Badge>}
        </>
      ),
    }),
    column.display({
      id: 'choose',
      header: '選択',
      cell: ({ row: { original } }) => (
        <input
          type="checkbox"
          aria-label={`${original.household.name}と${addressText(original.dwelling)}を選択`}
          checked={chosen.has(keyOf(original))}
          onChange={() => {
            const next = new Set(chosen)
            if (!next.delete(keyOf(original))) next.add(keyOf(original))
            setChosen(next)
          }}
        />
      ),
    }),
  ])
  const go = (to: string | undefined): void =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], after: to }) as never,
    })
  return (
    <Section title="候補">
      {(accepting.error ?? refusing.error) && <ErrorSummary error={accepting.error ?? refusing.error!} />}
      {can(acceptProposals).allowed && rows && rows.length > 0 && (
        <Selecting
          count={pairs.length}
          all={rows.length}
          onAll={() => setChosen(new Set(rows.map(keyOf)))}
          onNone={() => setChosen(new Set())}
        >
          <Button
            look="solid"
            busy={accepting.busy}
            unavailable={unavailable}
            onClick={() => accepting.start({ disasterId, pairs })}
          >
            選んだ候補を採用する
          </Button>
          <Button
            busy={refusing.busy}
            unavailable={unavailable}
            onClick={() => refusing.start({ disasterId, pairs })}
          >
            選んだ候補を退ける
          </Button>
        </Selecting>
      )}
      <DataTable
        caption="世帯と家屋の候補（確かな順）"
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>確かめる候補はありません。</p>}
        paging={{
          onFirst: after === undefined ? undefined : () => go(undefined),
          onNext: data?.next ? () => go(data.next!) : undefined,
        }}
      />
    </Section>
  )
}
