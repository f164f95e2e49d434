import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { extractAuditCsv, extractAuditPdf } from '../audit-trail.contract.ts'

const Digits = textWith({ width: 'narrow', inputMode: 'numeric' })

/** 本人への写し: who saw the record of the one who asks. */
export function AuditExtractPage(): ReactNode {
  return (
    <Page
      title="本人への写し（自分の記録を誰が見たか）"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '監査記録', to: '/audit' },
        { label: '本人への写し' },
      ]}
      lead="住民本人からの開示の求めに、その人の情報がいつ、どの所属で、何のために使われたかの写しを作ります。"
    >
      <Allowed to={extractAuditPdf}>
        <Banner tone="warning" title="渡す前に、本人であることと、開示の決定を確かめてください">
          写しには、本人の情報を扱った日時と所属が載ります。代理人からの求めでは、支援措置の加害者でないことを確かめてください。ほかの人の情報は載りません。
        </Banner>
        <Form />
      </Allowed>
    </Page>
  )
}

function Form(): ReactNode {
  const today = useToday()
  const [residentNo, setResidentNo] = useState('')
  const [fromOn, setFromOn] = useState<PlainDate | null>(addDays(today, -365))
  const [toOn, setToOn] = useState<PlainDate | null>(today)
  const digits = residentNo.normalize('NFKC').replace(/\s/g, '')
  const ready = /^\d{1,15}$/.test(digits) && fromOn !== null && toOn !== null && fromOn <= toOn
  const input = { residentNo: digits, fromOn: fromOn ?? '', toOn: toOn ?? '' }
  return (
    <Section title="写しの範囲">
      <LooseField
        name="residentNo"
        label="宛名番号"
        kind={Digits}
        value={residentNo}
        onChange={setResidentNo}
        required
      />
      <FieldRow>
        <LooseField name="fromOn" label="始まりの日" kind={WarekiDate} value={fromOn} onChange={setFromOn} />
        <LooseField name="toOn" label="終わりの日" kind={WarekiDate} value={toOn} onChange={setToOn} />
      </FieldRow>
      {ready ? (
        <div className="button-row">
          <SaveButton endpoint={extractAuditPdf} input={input} label="写しをPDFで作る" />
          <SaveButton endpoint={extractAuditCsv} input={input} label="写しをCSVで作る" />
        </div>
      ) : (
        <p>宛名番号と期間を入力すると、写しを作れます。</p>
      )}
    </Section>
  )
}
