import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { file, q, type FileAnswer } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getIssuingStatus } from '../certificates.contract.ts'
import { acceptLayout, listLayouts, printTestCopy } from '../layout-acceptance.contract.ts'

type Layout = OutputOf<typeof listLayouts>['layouts'][number]

const standings = {
  given: { ja: '使用中', tone: 'success' },
  accepted: { ja: '確認済み', tone: 'success' },
  coming: { ja: 'これから変わります', tone: 'information' },
  due: { ja: '適用日までに確認が必要です', tone: 'warning' },
  missed: { ja: '確認していないため交付できません', tone: 'error' },
} as const

/** 様式の確認: forms in force and to come, test copies of them, and their acceptance by the town. */
export function LayoutsPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listLayouts, {}))
  return (
    <Page
      title="様式の確認"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '様式の確認' }]}
      lead="法令の改正などで様式が変わるときは、適用日の前に、貴団体の名前と公印の入った試験印刷で紙面を確かめ、確認を登録します。適用日までに確認がないと、その証明書は交付できません。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.layouts.map((layout) => (
        <OneLayout key={layout.layoutVersion} layout={layout} onPrinted={() => void refetch()} />
      ))}
    </Page>
  )
}

function OneLayout({ layout, onPrinted }: { layout: Layout; onPrinted: () => void }): ReactNode {
  const { layoutVersion, printed, accepted } = layout
  const can = useCan()
  const [copy, setCopy] = useState<FileAnswer | null>(null)
  const [printing, setPrinting] = useState(false)
  const [failure, setFailure] = useState<unknown>(undefined)
  const standing = standings[layout.standing]
  const needed = layout.standing !== 'given' && accepted === null
  async function print(): Promise<void> {
    setPrinting(true)
    setFailure(undefined)
    try {
      setCopy(await file(printTestCopy, { layoutVersion }))
      onPrinted()
    } catch (error) {
      setFailure(error)
    } finally {
      setPrinting(false)
    }
  }
  return (
    <Section title={`${layout.ja}（${WarekiDate.toText(layout.inForceFrom as PlainDate)}から）`}>
      <p>
        <Badge tone={standing.tone}>{standing.ja}</Badge>
      </p>
      <DescriptionList
        items={[
          { term: '様式の版', value: layoutVersion },
          { term: '根拠', value: layout.source },
          { term: '公式の様式と未照合の点', value: layout.unverified.join('、') || 'なし' },
          {
            term: '試験印刷',
            value: printed ? `${instantText(printed.at)}　${printed.by}` : 'まだしていません',
          },
          {
            term: '確認',
            value: accepted
              ? `${instantText(accepted.at)}　${accepted.by}`
              : layout.standing === 'given'
                ? '利用開始の時からの様式のため、要りません'
                : 'まだ登録していません',
          },
        ]}
      />
      {can(printTestCopy).allowed && (
        <div className="button-row">
          <Button
            busy={printing}
            onClick={() => void print()}
            label={`${layout.ja}（${layoutVersion}）を試験印刷する`}
          >
            試験印刷する
          </Button>
          {needed && printed !== null && (
            <AskButton
              endpoint={acceptLayout}
              input={{ layoutVersion }}
              invalidates={[listLayouts, getIssuingStatus]}
              label="確認を登録する"
              of={layout.ja}
              question="紙面を確かめましたか"
              confirm="確かめた"
            >
              <p>
                試験印刷した紙で、団体名・職名・氏名・公印の位置と大きさ、文字の欠けがないことを確かめてください。登録は取り消せません。
              </p>
            </AskButton>
          )}
        </div>
      )}
      {failure !== undefined && <ErrorSummary error={failure} />}
      {printing && <Progress label="試験印刷を作成しています" />}
      {copy && <PdfView file={copy} title={`${layout.ja}の試験印刷`} />}
    </Section>
  )
}
