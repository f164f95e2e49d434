import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { listStageTests, runStageTest } from '../../stages.contract.ts'
import { Kind, useTownKind } from './registry-kinds.tsx'
import { SaveResult, Steps } from './StagesPage.tsx'

type Ran = OutputOf<typeof runStageTest>

const Stage = radioOf(
  [
    { value: '2', label: '工程2', hint: '電文だけ。印刷の前で中止する' },
    { value: '3', label: '工程3', hint: '印刷済みまで進み、センターが代わりに印刷する' },
  ] as const,
  'column',
)
const Ski = textWith({ width: 'wide', maxLength: 64, hint: '発行した認証局の鍵の識別子（16進）' })
const Serial = textWith({
  width: 'wide',
  maxLength: 50,
  inputMode: 'numeric',
  hint: '試験用のカードの番号（10進）',
})

/** 工程2・工程3を行う, in the test environment alone. */
export function RunStagePage(): ReactNode {
  const towns = useTownKind()
  const queries = useQueryClient()
  const [ran, setRan] = useState<Ran | null>(null)
  return (
    <Page
      title="接続試験を行う"
      width="narrow"
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '接続試験（工程2・3）', to: '/stages' },
        { label: '接続試験を行う' },
      ]}
      lead="架空の人のカードで、センターが端末の代わりにすべての電文を送ります。"
    >
      {ran && <Outcome ran={ran} />}
      <Allowed to={runStageTest}>
        <EditForm
          mode="new"
          initial={{
            ...{ municipalityCode: null as string | null, kind: null as string | null },
            ...{ stage: null as '2' | '3' | null, issuerSki: '', serial: '', note: '' },
          }}
          submitLabel="試験を行う"
          onSubmit={({ municipalityCode, kind, stage, issuerSki, serial, note }, { requestId }) =>
            send(
              runStageTest,
              {
                ...{ municipalityCode: (municipalityCode ?? '') as MunicipalityCode, kind: kind ?? '' },
                stage: stage === '3' ? 3 : 2,
                testCard: { issuerSki: issuerSki.trim().toLowerCase(), serial: serial.trim() },
                note,
              },
              requestId,
            )
          }
          onSaved={(answer) => {
            setRan(answer)
            void queries.invalidateQueries({ queryKey: [listStageTests.name] })
            window.scrollTo({ top: 0 })
          }}
        >
          {({ Field }) => (
            <FieldGroup legend="試験の内容">
              <Field name="municipalityCode" label="市区町村" kind={towns} required />
              <Field name="kind" label="証明書の種類" kind={Kind} required />
              <Field name="stage" label="工程" kind={Stage} required />
              <Field name="issuerSki" label="試験用カードの発行者" kind={Ski} required />
              <Field name="serial" label="試験用カードのシリアル番号" kind={Serial} required />
              <Field name="note" label="メモ" kind={TextArea} hint="立ち会った人など" required />
            </FieldGroup>
          )}
        </EditForm>
      </Allowed>
    </Page>
  )
}

function Outcome({ ran: { test, pdfBase64 } }: { ran: Ran }): ReactNode {
  const last = test.steps.at(-1)
  return (
    <Banner
      tone={test.passed ? 'success' : 'error'}
      title={
        test.passed
          ? `工程${test.stage}に合格しました`
          : `工程${test.stage}は不合格です（${last?.message ?? ''}：${last?.answer ?? ''}）`
      }
      announce
    >
      <Steps test={test} />
      {pdfBase64 !== null && (
        <p>
          <Button
            onClick={() =>
              saveFile({
                blob: new Blob([Uint8Array.from(atob(pdfBase64), (one) => one.charCodeAt(0))], {
                  type: 'application/pdf',
                }),
                fileName: `工程3_${test.municipalityCode}_${test.kind}.pdf`,
              })
            }
          >
            印刷する証明書（PDF）を保存する
          </Button>
          {' センターには残りません。'}
        </p>
      )}
      <SaveResult test={test} />
    </Banner>
  )
}
