import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { codeText } from '@open-bcl/core/one-time-code.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
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
import { endKinds, purposeLabel } from '../../../certificates/exchange.contract.ts'
import {
  approveAccess,
  declineAccess,
  drawAccessCode,
  endAccess,
  getAccessGrant,
  listAccessGrants,
  reviewAccess,
} from '../../access-grants.contract.ts'
import { getOverview } from '../../console.contract.ts'
import { StageBadge } from './AccessGrantsPage.tsx'
import { LIVE_MS } from './console-text.ts'

type One = OutputOf<typeof getAccessGrant>
type Act = One['acts'][number]
const afterwards = [getAccessGrant, listAccessGrants, getOverview]
const openStages: readonly One['stage'][] = ['asked', 'telling', 'waiting', 'inside']

const column = columnsOf<Act>()
const columns = column.columns([
  column.accessor('at', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('words', { header: '操作', meta: { wide: true } }),
  column.accessor('people', {
    header: '人数',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => (cell.getValue() === 0 ? noValue : `${cell.getValue()}人`),
  }),
])

/** One grant: who asked and approved, what was done in the town, and what is to be done now. */
export function AccessGrantPage(): ReactNode {
  const grantId = usePathParam('grantId')
  const { data, error } = useQuery({ ...q(getAccessGrant, { grantId }), refetchInterval: LIVE_MS })
  const title = data ? `緊急閲覧 第${data.grantNo}号` : '緊急閲覧'
  return (
    <Page
      title={title}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '緊急閲覧', to: '/access-grants' },
        { label: title },
      ]}
      badges={data && <StageBadge stage={data.stage} />}
      actions={data && openStages.includes(data.stage) && <End one={data} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.contacts === 0 && (
            <Banner tone="warning" title="この団体の連絡先が登録されていません">
              メールで知らせられません。電話で団体に伝え、だれに伝えたかを障害の記録に残してください。
            </Banner>
          )}
          <Decide one={data} />
          <Code one={data} />
          <Section title="申請の内容">
            <About one={data} />
          </Section>
          <DataTable
            caption="団体での操作（団体のクラウドの記録、古い順）"
            columns={columns}
            rows={data.acts}
            rowKey={(row) => `${row.at}${row.words}`}
            empty={data.enteredAt === null ? 'だれも入っていません。' : 'まだ何も見ていません。'}
          />
          <Section title="事後確認">
            <Review one={data} />
          </Section>
        </>
      )}
    </Page>
  )
}

function said(one: { readonly at: string; readonly by: string } | null): string {
  return one === null ? noValue : `${one.by}　${instantText(one.at)}`
}

function noted(one: One['review']): string {
  return one === null ? noValue : `${one.note}（${said(one)}）`
}

function About({ one }: { one: One }): ReactNode {
  const { town, municipalityCode, purpose, reason, ticket, minutes, asked, approved, declined } = one
  const { untilAt, toldAt, enteredAt, over } = one
  const moment = (at: string | null): string => (at === null ? noValue : instantText(at))
  return (
    <DescriptionList
      items={[
        { term: '団体', value: `${town}（${municipalityCode}）` },
        { term: '目的', value: purposeLabel(purpose) },
        { term: '理由', value: `${reason}（${ticket}）` },
        { term: '時間', value: `${minutes}分` },
        { term: '申請', value: said(asked) },
        { term: '承認', value: said(approved) },
        ...(declined === null ? [] : [{ term: '却下', value: noted(declined) }]),
        { term: '期限', value: moment(untilAt) },
        { term: '団体のクラウドに届いた', value: moment(toldAt) },
        { term: '閲覧の開始', value: moment(enteredAt) },
        { term: '終了', value: over === null ? noValue : `${endKinds[over.kind]}　${said(over)}` },
      ]}
    />
  )
}

function Decide({ one }: { one: One }): ReactNode {
  const toast = useToast()
  const [note, setNote] = useState('')
  const { stage, grantId, grantNo, town, isOwn, minutes } = one
  if (stage !== 'asked') return null
  if (isOwn) return <Banner tone="information" title="別の人の承認を待っています" />
  return (
    <div className="button-row">
      <AskButton
        endpoint={approveAccess}
        input={{ grantId }}
        invalidates={afterwards}
        label="承認する"
        question={`${town}の緊急閲覧を承認しますか`}
        confirm="承認する"
        onDone={() => toast(`緊急閲覧 第${grantNo}号を承認しました`)}
      >
        <p>{`承認すると、申請者は${minutes}分間、${town}の住民情報（中間DB）と連携の状況を見られます。あなたの氏名も団体に示されます。`}</p>
      </AskButton>
      <AskButton
        endpoint={declineAccess}
        input={{ grantId, note: note.trim() }}
        invalidates={afterwards}
        label="却下する"
        question={`${town}の緊急閲覧を却下しますか`}
        confirm="却下する"
        look="danger"
        onDone={() => toast('却下しました')}
      >
        <LooseField name="note" label="却下の理由" kind={TextArea} value={note} onChange={setNote} required />
      </AskButton>
    </div>
  )
}

function Code({ one }: { one: One }): ReactNode {
  const can = useCan()
  const [drawn, setDrawn] = useState<OutputOf<typeof drawAccessCode> | null>(null)
  const sending = useSend(drawAccessCode, { invalidates: afterwards, onDone: setDrawn })
  const { stage, isOwn, grantId, toldAt } = one
  if (!isOwn || !can(drawAccessCode).allowed || !(stage === 'waiting' || stage === 'telling')) return null
  return (
    <Section title="入室コード">
      {drawn === null ? (
        <>
          <p>
            コードは一度だけ表示します。団体のクラウドの「/operator-entry」のページを開いてから、受け取ってください。
          </p>
          {sending.error && <ErrorSummary error={sending.error} />}
          <div className="button-row">
            <Button
              look="solid"
              busy={sending.busy}
              onClick={() => sending.start({ grantId })}
              unavailable={
                toldAt === null ? '団体のクラウドに伝えています。届くまで、だれも入れません' : null
              }
            >
              入室コードを受け取る
            </Button>
          </div>
        </>
      ) : (
        <div className="secret" role="status">
          <p>{`団体コード ${drawn.municipalityCode}`}</p>
          <p className="secret-figures">{codeText(drawn.code)}</p>
          <p>{`${drawn.minutes}分以内に、1つのブラウザーで一度だけ使えます。この画面を離れると、もう表示されません。`}</p>
        </div>
      )}
    </Section>
  )
}

function End({ one }: { one: One }): ReactNode {
  const toast = useToast()
  const asked = one.stage === 'asked'
  return (
    <AskButton
      endpoint={endAccess}
      input={{ grantId: one.grantId }}
      invalidates={afterwards}
      label={asked ? '取り下げる' : '終える'}
      question={asked ? 'この申請を取り下げますか' : 'この緊急閲覧を終えますか'}
      confirm={asked ? '取り下げる' : '終える'}
      onDone={() => toast(asked ? '取り下げました' : '緊急閲覧を終えました')}
    >
      <p>続けて見るには、あらためて申請と承認が要ります。</p>
    </AskButton>
  )
}

function Review({ one }: { one: One }): ReactNode {
  const can = useCan()
  const toast = useToast()
  const [note, setNote] = useState('')
  const sending = useSend(reviewAccess, {
    invalidates: afterwards,
    onDone: () => toast('事後確認を記録しました'),
  })
  const { review, townReview, stage, grantId, isOwn } = one
  const writes = stage === 'review' && review === null && !isOwn && can(reviewAccess).allowed
  return (
    <>
      <DescriptionList
        items={[
          { term: '運用者（承認する側）', value: noted(review) },
          { term: '団体', value: noted(townReview) },
        ]}
      />
      {writes && (
        <form
          className="form-body"
          onSubmit={(event) => {
            event.preventDefault()
            sending.start({ grantId, note: note.trim() })
          }}
        >
          <LooseField
            name="note"
            label="確かめた内容"
            kind={TextArea}
            hint="見た範囲が申請の理由に合っていたか、ほかの手段はなかったか。団体にも示されます"
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
              unavailable={note.trim() === '' ? '確かめた内容を入力してください' : null}
            >
              事後確認を記録する
            </Button>
          </div>
        </form>
      )}
    </>
  )
}
