import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  askResend,
  endLink,
  getGate,
  listLinkFiles,
  pauseLink,
  resumeLink,
  takeUpLink,
  type LinkBusinessState,
  type LinkFileRow,
} from '../linkage.contract.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { handText, nextOf, standingOf } from './link-state.ts'
import { countsOf, modeLabels, stateLabels, stateTones } from './link-text.ts'
import { Moving } from './MovingSection.tsx'
import { RefusedAtHome } from './RefusedAtHome.tsx'
import { useLink } from './use-link.ts'

const column = columnsOf<LinkFileRow>()
const columns = column.columns([
  column.accessor('fileNo', {
    header: '番号',
    meta: { nowrap: true },
    cell: (cell) => `${cell.getValue()}番`,
  }),
  column.accessor('receivedAt', {
    header: '受信日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('state', {
    header: '結果',
    meta: { nowrap: true },
    cell: (cell) => <Badge tone={stateTones[cell.getValue()]}>{stateLabels[cell.getValue()]}</Badge>,
  }),
  column.accessor('errorCount', {
    header: '誤り',
    meta: { nowrap: true },
    cell: (cell) =>
      cell.getValue() === 0 ? (
        'なし'
      ) : (
        <Link to="/linkage/files/$fileId" params={{ fileId: cell.row.original.fileId }}>
          {grouped(cell.getValue())}件を見る
        </Link>
      ),
  }),
  column.accessor('mode', { header: '種別', cell: (cell) => modeLabels[cell.getValue()] }),
  count('rows', '行数'),
  count('inserted', '追加'),
  count('updated', '変更'),
  count('deleted', '削除'),
  count('unchanged', '変更なし'),
  count('refused', '誤りの行'),
])

function count(name: keyof LinkFileRow['counts'], header: string) {
  return column.accessor((row) => row.counts[name], {
    id: name,
    header,
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  })
}

/** One business of the link: how far it is, what came, and what staff can do about it. */
export function BusinessPage(): ReactNode {
  const key = usePathParam('business')
  const { data, error } = useLink()
  const state = data?.businesses.find(({ business }) => business === key)
  const title = state ? `${state.title}の連携` : '業務の連携'
  const standing = state && standingOf(state)
  return (
    <Page
      title={title}
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況', to: '/linkage' }, { label: title }]}
      badges={standing && <Badge tone={standing.tone}>{standing.label}</Badge>}
      actions={state && <Acts state={state} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && !state && (
        <Banner tone="information" title="その業務はありません">
          <Link to="/linkage">連携状況</Link>の一覧から選んでください。
        </Banner>
      )}
      {data && state && <RefusedAtHome link={data} business={state.business} />}
      {state && <Business state={state} />}
    </Page>
  )
}

function Acts(props: { state: LinkBusinessState }): ReactNode {
  const can = useCan()
  const { business, title, paused, ended, watermark } = props.state
  const params = { business }
  return (
    <>
      {paused ? (
        <AskButton
          endpoint={resumeLink}
          input={{ business }}
          invalidates={[listLinkFiles, getGate]}
          label="取込を再開する"
          question={`${title}の取込を再開しますか`}
          confirm="再開する"
        >
          <p>待っているファイルを、番号の順に取り込みます。</p>
        </AskButton>
      ) : (
        can(pauseLink).allowed && (
          <Link to="/linkage/businesses/$business/pause" params={params} className="button" data-size="small">
            取込を一時停止する
          </Link>
        )
      )}
      {ended ? (
        <AskButton
          endpoint={takeUpLink}
          input={{ business }}
          invalidates={[listLinkFiles, getGate]}
          label="連携を再開する"
          question={`${title}の連携を再開しますか`}
          confirm="連携を再開する"
        >
          <p>
            手作業の取込はできなくなり、連携APのファイルを番号の順に取り込みます。住民票・印鑑・税の証明は、連携APから全件のファイルが届くまで交付できません。業務システムの担当に、全件のファイルを出すよう依頼してください。
          </p>
        </AskButton>
      ) : (
        watermark !== null &&
        can(endLink).allowed && (
          <Link to="/linkage/businesses/$business/end" params={params} className="button" data-size="small">
            連携を終えて手作業に切り替える
          </Link>
        )
      )}
      {can(askResend).allowed && (
        <Link to="/linkage/businesses/$business/resend" params={params} className="button" data-size="small">
          再送を依頼する
        </Link>
      )}
    </>
  )
}

function Business(props: { state: LinkBusinessState }): ReactNode {
  const { state } = props
  const last = state.files[0]
  return (
    <>
      {state.paused && (
        <Banner tone="warning" title="取込を一時停止しています">
          {`理由：${state.paused.reason}（${state.paused.by}、${instantText(state.paused.at)}から）。届いたファイルは、再開するまで待ちます。`}
        </Banner>
      )}
      {state.ended && (
        <Banner tone="warning" title="連携を終え、手作業の取込に切り替えています">
          <p>{`理由：${state.ended.reason}（${state.ended.by}、${instantText(state.ended.at)}から）。連携APからファイルが届いても取り込みません。この業務を使う住民票・印鑑・税の証明は交付できません。`}</p>
          <p>
            <Link to="/manual/$business" params={{ business: state.business }}>
              手作業で取り込む
            </Link>
          </p>
        </Banner>
      )}
      {last?.state === 'refused' && (
        <Banner tone="warning" title={`最後に届いた${last.fileNo}番は受け取れませんでした`}>
          <Link to="/linkage/files/$fileId" params={{ fileId: last.fileId }}>
            誤りの一覧
          </Link>
          を確かめ、業務システムで直してから、もう一度送ってください。反映済みのデータはそのままです。
        </Banner>
      )}
      {state.inbound.length > 0 && (
        <Section title="届いているファイル">
          {state.inbound.map((file) => (
            <Moving key={file.fileNo} name={`${file.fileNo}番`} file={file} />
          ))}
        </Section>
      )}
      <Section title="今の状況">
        <DescriptionList items={itemsOf(state)} />
      </Section>
      {last && last.state !== 'refused' && (
        <Section title={`最後に取り込んだファイル（${last.fileNo}番）`}>
          <DescriptionList
            items={countsOf(last.counts).map(({ term, value }) => ({ term, value: grouped(value) }))}
          />
          {last.notes.length > 0 && (
            <ul style={{ paddingInlineStart: '1.25em' }}>
              {last.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </Section>
      )}
      <DataTable
        caption="届いたファイル（新しい順に20件まで）"
        columns={columns}
        rows={state.files}
        rowKey={(row) => row.fileId}
        empty={
          <p>
            まだ届いていません。連携APの登録と、業務システムの出力先を確かめてください。急ぐときは、手作業での取込もできます。
          </p>
        }
      />
    </>
  )
}

function itemsOf(state: LinkBusinessState): { term: string; value: ReactNode }[] {
  const { watermark, unsent, backlog, blocked, parked, reconciliation, wanted, origin, hand, versions } =
    state
  return [
    {
      term: '反映済み',
      value:
        origin === 'hand' && hand !== null
          ? handText(hand)
          : watermark === null
            ? 'まだ反映がありません'
            : `${watermark.fileNo}番まで（${instantText(watermark.appliedAt)}、取込通番${watermark.seq}）`,
    },
    { term: '次に受け取る番号', value: `${nextOf(state)}番` },
    ...(wanted === null ? [] : [{ term: '再送の依頼', value: `${wanted}番から依頼しています` }]),
    {
      term: '取込方法',
      value:
        origin === null
          ? noValue
          : origin === 'link'
            ? '連携AP'
            : '手作業（住民票・印鑑・税の証明には使えません）',
    },
    {
      term: '待っているファイル',
      value: `庁内 ${unsent === null ? '不明' : grouped(unsent)}、ここ ${grouped(backlog)}`,
    },
    {
      term: '交付を止めている人',
      value:
        blocked === 0 ? (
          'いません'
        ) : (
          <Link to="/linkage/bad-rows">{`${grouped(blocked)}人（一覧を見る）`}</Link>
        ),
    },
    { term: '住民情報を待っている行', value: parked === 0 ? 'ありません' : `${grouped(parked)}行` },
    { term: '突合（庁内との照合）', value: <Reconciled last={reconciliation} /> },
    {
      term: 'ファイル仕様の版',
      value: versions.map(({ version, acceptedUntil }) => (
        <div key={version}>
          {acceptedUntil === null
            ? `${version}版（今の版）`
            : `${version}版は${dateText(acceptedUntil as PlainDate)}まで受け取ります`}
        </div>
      )),
    },
  ]
}

function Reconciled(props: { last: LinkBusinessState['reconciliation'] }): ReactNode {
  const { last } = props
  if (last === null) return 'まだ行っていません（連携APが毎日行います）'
  const rows = `庁内${grouped(last.townRows)}行、ここ${grouped(last.rows)}行`
  const when = `${last.fileNo}番の後、${instantText(last.checkedAt)}`
  return last.agrees ? (
    `一致しました（${rows}。${when}）`
  ) : (
    <>
      <Badge tone="error">不一致</Badge> {`${rows}（${when}）`}
    </>
  )
}
