import { useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getAlarmEvidence } from '../certificates.contract.ts'
import { PaperWords } from './PaperWords.tsx'

/** 不一致の証拠: what was to stand on the paper beside what the document says. */
export function EvidencePage(): ReactNode {
  return (
    <Page
      title="不一致の証拠"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '交付の状況', to: '/certificates/status' },
        { label: '不一致の証拠' },
      ]}
      lead="この画面を開いたことは記録されます。"
    >
      <Allowed to={getAlarmEvidence}>
        <Evidence alarmId={usePathParam('alarmId')} />
      </Allowed>
    </Page>
  )
}

function Evidence(props: { alarmId: string }): ReactNode {
  const { data, error } = useQuery({
    ...q(getAlarmEvidence, { alarmId: props.alarmId }),
    // Every reading is recorded, and the bytes are personal.
    staleTime: Infinity,
    gcTime: 0,
  })
  const pdfBase64 = data?.pdfBase64
  const document = useMemo(() => (pdfBase64 ? fileOf(pdfBase64) : null), [pdfBase64])
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <Banner tone="warning" title="下の文書は、誰にも渡していません">
        別の方の情報が載っているおそれがあります。印刷したり、持ち出したりしないでください。
      </Banner>
      <Section title="確定した内容（本来の紙面）">
        <PaperWords
          pages={data.pages}
          marked={data.mismatches.flatMap(({ page, word }) => (word === null ? [] : [{ page, word }]))}
        />
      </Section>
      <Section title="作成された文書">
        {document ? <PdfView file={document} title="作成された文書" /> : <p>文書は残っていません。</p>}
      </Section>
    </>
  )
}

function fileOf(base64: string): { blob: Blob; fileName: string } {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return { blob: new Blob([bytes], { type: 'application/pdf' }), fileName: '不一致の証拠.pdf' }
}
