import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
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
import {
  endBreakGlass,
  getBreakGlass,
  listBreakGlass,
  listOpenBreakGlass,
  reviewBreakGlass,
} from '../break-glass.contract.ts'
import { endKinds, purposeLabel } from '../break-glass.ts'
import { StateBadge } from './BreakGlassPage.tsx'

type One = OutputOf<typeof getBreakGlass>
type Act = One['acts'][number]
const afterwards = [getBreakGlass, listBreakGlass, listOpenBreakGlass]

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
  column.accessor('residentNos', {
    header: '宛名番号',
    cell: (cell) => {
      const { people, residentNos } = cell.row.original
      if (residentNos.length === 0) return noValue
      const rest = people - residentNos.length
      return `${residentNos.join('、')}${rest > 0 ? ` ほか${rest}人` : ''}`
    },
  }),
])

/** One grant: who, why, until when, what was looked at; the way to end it, and the review. */
export function OneBreakGlassPage(): ReactNode {
  const grantId = usePathParam('grantId')
  const { data, error } = useQuery(q(getBreakGlass, { grantId }))
  const title = data ? `緊急閲覧 第${data.grantNo}号` : '緊急閲覧'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '運用者による緊急閲覧', to: '/break-glass' },
        { label: title },
      ]}
      badges={data && <StateBadge grant={data} />}
      actions={data && data.state !== 'ended' && <End one={data} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Section title="許可の内容">
            <About one={data} />
          </Section>
          <Section title="見た内容">
            <DataTable
              caption="運用者の操作（古い順）"
              columns={columns}
              rows={data.acts}
              rowKey={(row) => `${row.at}${row.words}${row.residentNos.join()}`}
              empty={data.enteredAt === null ? 'だれも入っていません。' : 'まだ何も見ていません。'}
            />
            <p className="small quiet">
              「監査」で「ある職員がしたこと」を選び、この番号の運用者を選ぶと、すべての記録を確かめられます。
            </p>
          </Section>
          <Section title="事後確認">
            <Review one={data} />
          </Section>
        </>
      )}
    </Page>
  )
}

function About({ one }: { one: One }): ReactNode {
  const { askedBy, approvedBy, purpose, reason, ticket, approvedAt, untilAt, enteredAt, ended } = one
  return (
    <DescriptionList
      items={[
        { term: '閲覧する運用者（申請者）', value: askedBy },
        { term: '承認した運用者', value: approvedBy },
        { term: '目的', value: purposeLabel(purpose) },
        { term: '理由', value: `${reason}（${ticket}）` },
        { term: '許可', value: instantText(approvedAt) },
        { term: '期限', value: instantText(untilAt) },
        { term: '閲覧の開始', value: enteredAt === null ? noValue : instantText(enteredAt) },
        {
          term: '終了',
          value:
            ended === null ? noValue : `${instantText(ended.at)}（${endKinds[ended.kind]}：${ended.by}）`,
        },
      ]}
    />
  )
}

function End({ one }: { one: One }): ReactNode {
  const toast = useToast()
  return (
    <AskButton
      endpoint={endBreakGlass}
      input={{ grantId: one.grantId }}
      invalidates={afterwards}
      label="終わらせる"
      question="この緊急閲覧を終わらせますか"
      confirm="終わらせる"
      look="danger"
      onDone={() => toast('緊急閲覧を終わらせました')}
    >
      <p>運用者は、すぐに何も見られなくなります。続けて見るには、運用者があらためて申請と承認をします。</p>
    </AskButton>
  )
}

function Review({ one }: { one: One }): ReactNode {
  const can = useCan()
  const toast = useToast()
  const [note, setNote] = useState('')
  const sending = useSend(reviewBreakGlass, {
    invalidates: afterwards,
    onDone: () => toast('事後確認を記録しました'),
  })
  const { operatorReview, townReview, state, grantId } = one
  const writes = townReview === null && state === 'ended' && can(reviewBreakGlass).allowed
  return (
    <>
      <DescriptionList
        items={[
          { term: '運用者の事後確認', value: reviewText(operatorReview) },
          { term: '貴団体の事後確認', value: reviewText(townReview) },
        ]}
      />
      {state !== 'ended' && <p className="quiet">終わると、事後確認を記録できます。</p>}
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
            hint="例：見られた3人は、申出のあった障害の調査に必要な範囲だった。住民の氏名は書かない"
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
      <p>
        <Link to={'/break-glass' as string}>一覧に戻る</Link>
      </p>
    </>
  )
}

function reviewText(review: One['townReview']): string {
  return review === null ? noValue : `${review.note}（${review.by}　${instantText(review.at)}）`
}
