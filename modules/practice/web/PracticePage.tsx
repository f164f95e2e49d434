import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useIsPractice } from '@open-bcl/ui/session.tsx'
import { enterPractice, getPractice, preparePractice } from '../practice.contract.ts'

type Practice = OutputOf<typeof getPractice>
const POLL_MS = 2_000

/** 練習: the real screens on made-up people. */
export function PracticePage(): ReactNode {
  const practising = useIsPractice()
  return (
    <Page
      title="練習"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '練習' }]}
      lead="架空の住民の町で、ふだんの画面をそのまま試せます。実際の住民の情報は、見ることも変えることもできません。"
    >
      {practising ? <Practising /> : <Outside />}
      <Section title="練習での違い">
        <ul>
          <li>画面の上と縁に、練習中であることが表示されます。紙とファイルには「練習」の印が付きます。</li>
          <li>メールは送られません。振込データは銀行で使えない形になります。</li>
          <li>証明書は、キオスク端末では交付されず、2次元コードで確かめても本物とは認められません。</li>
          <li>操作の記録は、実際の記録とは別に残ります。件数の集計や報告に入ることはありません。</li>
          <li>
            住民票の写し・印鑑・税の証明、調査アプリ、住民情報の連携、職員と団体の設定は、練習できません。
          </li>
        </ul>
      </Section>
    </Page>
  )
}

function Practising(): ReactNode {
  return (
    <Section title="練習しています">
      <p>
        画面上部の「災害」から「練習用の地震」を選ぶと始められます。練習町の住民と、受付の済んだ申請が入っています。
      </p>
      <p>
        応援に来た人には、練習中の画面の「応援職員」で練習用の利用証を作って渡します。自分のスマートフォンで練習できます。
      </p>
      <p>終わるときは、画面上部の「練習を終える」を押します。ふだんの画面には、ログインし直すと戻れます。</p>
    </Section>
  )
}

function Outside(): ReactNode {
  const { data, error } = useQuery({
    ...q(getPractice, {}),
    refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? POLL_MS : false),
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  return (
    <>
      <Enter practice={data} />
      <Prepare practice={data} />
    </>
  )
}

function Enter(props: { practice: Practice }): ReactNode {
  const { state, mayPractise, people, finishedAt } = props.practice
  return (
    <Section title="練習を始める">
      {state === 'none' && (
        <Banner tone="information" title="練習の町は、まだ用意されていません">
          システム管理者が用意すると、始められます。
        </Banner>
      )}
      {state === 'preparing' && <Progress label="練習の町を用意しています（1分ほどかかることがあります）" />}
      {state === 'ready' && !mayPractise && (
        <Banner tone="information" title="あなたの権限には、練習できる業務がありません">
          練習できるのは災害時の業務です。
        </Banner>
      )}
      {state === 'ready' && mayPractise && (
        <>
          <p>
            架空の住民 {people ?? 0}人が入っています（{finishedAt === null ? '' : instantText(finishedAt)}{' '}
            に用意）。あなたの今の権限で練習します。
          </p>
          <div className="button-row">
            <AskButton
              endpoint={enterPractice}
              input={{}}
              invalidates={[getPractice]}
              label="練習を始める"
              question="練習を始めますか"
              confirm="練習を始める"
              // Read anew from the beginning: nothing of the real pages stays beside the practice.
              onDone={() => location.assign('/')}
            >
              <p>
                今のログインは終わります。練習を終えたら、もう一度ログインしてください。
                練習中の端末をほかの人に渡しても、実際の画面には戻れません。
              </p>
            </AskButton>
          </div>
        </>
      )}
    </Section>
  )
}

function Prepare(props: { practice: Practice }): ReactNode {
  const { state, late, askedAt, askedBy } = props.practice
  const first = state === 'none'
  const label = first ? '練習の町を用意する' : 'はじめからやり直す'
  return (
    <Section title="練習の町">
      {askedAt !== null && (
        <p className="quiet">
          用意した人：{askedBy}　{instantText(askedAt)}
        </p>
      )}
      {late && (
        <Banner tone="warning" title="用意に時間がかかっています">
          10分を過ぎても終わらないときは、もう一度「{label}」を押してください。
        </Banner>
      )}
      {(state !== 'preparing' || late) && (
        <div className="button-row">
          <AskButton
            endpoint={preparePractice}
            input={{}}
            invalidates={[getPractice]}
            label={label}
            question={first ? '練習の町を用意しますか' : '練習の町を、はじめからやり直しますか'}
            confirm={label}
            {...(first ? {} : { look: 'danger' as const })}
          >
            <p>
              {first
                ? '架空の住民・家屋・災害・申請が入ります。実際の情報は変わりません。'
                : '練習で入力したものはすべて消え、練習中の人はログアウトします。実際の情報は変わりません。'}
            </p>
          </AskButton>
        </div>
      )}
      <p className="quiet">用意とやり直しは、システム管理者が行います。</p>
    </Section>
  )
}
