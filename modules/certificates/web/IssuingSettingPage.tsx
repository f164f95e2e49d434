import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  certificateKinds,
  type CertificateKindCode,
  type Issuer,
  type EnvelopeWindow,
} from '../../municipalities/municipalities.ts'
import { closedDayText, readClosedDays, readTime } from '../../municipalities/typed-hours.ts'
import { changeIssuingSetting, getIssuingSettings, type IssuingSettingKey } from '../settings.contract.ts'
import { issuerOptions, kindCodes } from './certificate-text.ts'
import { settingTitles, splitClosed, YEAR_END } from './settings-words.ts'

type Answer = OutputOf<typeof getIssuingSettings>
type Setting = RawInputOf<typeof changeIssuingSetting>['setting']
type FormProps = { answer: Answer }

const forms: Readonly<Record<IssuingSettingKey, (props: FormProps) => ReactNode>> = {
  participation: IssuesForm,
  'issue-options': OptionsForm,
  fees: FeesForm,
  hours: HoursForm,
}

/** 証明発行設定変更: one setting from a day on. */
export function IssuingSettingPage(): ReactNode {
  const key = usePathParam('key')
  const { data, error } = useQuery(q(getIssuingSettings, {}))
  const known = key in forms ? (key as IssuingSettingKey) : null
  const title = known === null ? 'その設定はありません' : `${settingTitles[known]}の変更`
  const Form = known === null ? null : forms[known]
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '証明発行設定', to: '/certificates/settings' },
        { label: title },
      ]}
    >
      <Allowed to={changeIssuingSetting}>
        {error && <ErrorSummary error={error} />}
        {Form && !data && !error && <Progress label="読み込んでいます" />}
        {Form && data && <Form answer={data} />}
      </Allowed>
    </Page>
  )
}

/** Shaped as the contract's input, so that the server's pointers find their fields. */
type Dated<V> = { readonly fromOn: PlainDate | null; readonly setting: { readonly value: V } }

function DatedForm<V extends object>(props: {
  answer: Answer
  lead: string
  initial: V
  toSetting: (value: V) => Setting
  check?: (value: V) => readonly FieldError[]
  children: (parts: { Field: FieldOf<Dated<V>> }) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  // What the form was filled from: a newer answer that arrives while somebody types is not what they saw.
  const [settingsVersion] = useState(props.answer.settingsVersion)
  const initial: Dated<V> = { fromOn: today, setting: { value: props.initial } }
  return (
    <EditForm
      mode="edit"
      initial={initial}
      check={(values) => props.check?.(values.setting.value) ?? []}
      onSubmit={({ fromOn, setting }, { requestId }) =>
        send(
          changeIssuingSetting,
          { fromOn: fromOn ?? '', setting: props.toSetting(setting.value), settingsVersion },
          requestId,
        )
      }
      onSaved={() => {
        toast('設定を登録しました')
        void queries.invalidateQueries({ queryKey: [getIssuingSettings.name] })
        void navigate({ to: '/certificates/settings' })
      }}
      submitLabel="設定を登録"
      cancel={
        <Link to="/certificates/settings" className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => {
        // Every `Dated` has the day; the compiler cannot see it through the open type of the value.
        const DayField = Field as unknown as FieldOf<{ fromOn: PlainDate | null }>
        return (
          <FieldGroup legend="設定の内容">
            <p className="quiet">{props.lead}</p>
            {props.children({ Field })}
            <DayField
              name="fromOn"
              kind={WarekiDate}
              label="適用日"
              hint="この日から使います。先の日を入れると、その日が来るまで今の設定のままです"
              required
            />
          </FieldGroup>
        )
      }}
    </EditForm>
  )
}

const IssuerChoice = selectOf<Issuer>(issuerOptions)
type Issues = Answer['now']['issues']

function IssuesForm({ answer }: FormProps): ReactNode {
  return (
    <DatedForm
      answer={answer}
      lead="証明書の種類ごとに、交付するかどうかを決めます。止めた種類は、適用日から窓口とキオスク端末の選択肢に出なくなります。"
      initial={answer.now.issues as Readonly<Record<CertificateKindCode, Issuer | null>>}
      // Nothing can be chosen away once chosen, so `null` never arrives here.
      toSetting={(value) => ({ key: 'issues', value: value as Issues })}
    >
      {({ Field }) =>
        kindCodes.map((kind) => (
          <Field
            key={kind}
            name={`setting.value.${kind}`}
            kind={IssuerChoice}
            label={certificateKinds[kind].ja}
            required
          />
        ))
      }
    </DatedForm>
  )
}

const ResidentCode = checkboxOf('キオスク端末で、住民票コードの記載を選べるようにする', '選べる', '選べない')
const Sex = checkboxOf('印鑑登録証明書に、性別を記載する', '記載する', '記載しない')
const IncomePaper = checkboxOf('所得証明書を、課税（非課税）証明書とは別に交付する', '交付する', '交付しない')
const ReissueMark = checkboxOf(
  '前に交付した罹災証明書をまた交付するとき、「再交付」と記載する',
  '記載する',
  '記載しない',
)
const Years = wholeNumberOf({ unit: '年', minimum: 1, maximum: 100 })
const MonthDay = textWith({ width: 'narrow', maxLength: 5 })
const Copies = wholeNumberOf({ unit: '部', minimum: 1, maximum: 10 })
const PaperTitle = textWith({ width: 'middle', maxLength: 20 })
const Millimetres = wholeNumberOf({ unit: 'mm', minimum: 5, maximum: 150 })

function OptionsForm({ answer }: FormProps): ReactNode {
  const { options } = answer.now
  return (
    <DatedForm
      answer={answer}
      lead="条例や要綱に合わせて決めます。"
      initial={{
        ...options,
        kioskCopies: options.kioskCopies as number | null,
        recordYears: options.recordYears as number | null,
        envelopeWindow: options.envelopeWindow as Readonly<Record<keyof EnvelopeWindow, number | null>>,
      }}
      toSetting={(value) => ({
        key: 'issue-options',
        value: {
          ...value,
          kioskCopies: value.kioskCopies ?? 1,
          // Required, so that `null` never arrives here.
          envelopeWindow: value.envelopeWindow as EnvelopeWindow,
        },
      })}
    >
      {({ Field }) => (
        <>
          <Field name="setting.value.kioskResidentCode" kind={ResidentCode} label="住民票コード" />
          <Field name="setting.value.sealSex" kind={Sex} label="性別" />
          <Field
            name="setting.value.kioskCopies"
            kind={Copies}
            label="キオスク端末で一度に交付する部数の上限"
            required
          />
          <Field
            name="setting.value.hisaiTitle"
            kind={PaperTitle}
            label="被災証明書の名称"
            hint="例：被災届出証明書、罹災届出証明書"
            required
          />
          <Field name="setting.value.taxIncomePaper" kind={IncomePaper} label="所得証明書" />
          <Field
            name="setting.value.taxYearBegins"
            kind={MonthDay}
            label="税証明の現年度が始まる月日"
            hint="当年度の税額が決まり、証明を始める日。例：06-01"
            required
          />
          <Field
            name="setting.value.risaiReissueMark"
            kind={ReissueMark}
            label="再交付"
            hint="国の様式に定めはありません（出典未確認）。要綱で定めているときに選びます"
          />
          <FieldRow>
            <Field
              name="setting.value.recordYears"
              kind={Years}
              label="記載内容と不一致の証拠の保存年数"
              hint="交付（証拠は確認）した年度の翌年度から数え、過ぎたものを毎日廃棄します。空欄の間は廃棄しません"
            />
            <Field
              name="setting.value.recordSource"
              kind={Text}
              label="保存年数の根拠"
              hint="例：飛騨市文書管理規程。国の定めは確認できていません"
            />
          </FieldRow>
          <FieldRow>
            <Field
              name="setting.value.envelopeWindow.leftMm"
              kind={Millimetres}
              label="封筒の窓（用紙の左から）"
              required
            />
            <Field
              name="setting.value.envelopeWindow.topMm"
              kind={Millimetres}
              label="封筒の窓（用紙の上から）"
              required
            />
            <Field
              name="setting.value.envelopeWindow.widthMm"
              kind={Millimetres}
              label="封筒の窓の幅"
              required
            />
            <Field
              name="setting.value.envelopeWindow.heightMm"
              kind={Millimetres}
              label="封筒の窓の高さ"
              required
            />
          </FieldRow>
        </>
      )}
    </DatedForm>
  )
}

const Fee = wholeNumberOf({ unit: '円', minimum: 0, maximum: 10_000 })
type Fees = Readonly<Record<CertificateKindCode, number | null>>

function FeesForm({ answer }: FormProps): ReactNode {
  const { feesYen } = answer.now
  const initial = Object.fromEntries(kindCodes.map((kind) => [kind, feesYen[kind] ?? null])) as Fees
  return (
    <DatedForm
      answer={answer}
      lead="1部の手数料です（税込）。条例が変わる日を適用日にします。"
      initial={initial}
      toSetting={(value) => ({
        key: 'fees',
        value: Object.fromEntries(Object.entries(value).filter(([, feeYen]) => feeYen !== null)),
      })}
    >
      {({ Field }) =>
        kindCodes.map((kind) => (
          <Field key={kind} name={`setting.value.${kind}`} kind={Fee} label={certificateKinds[kind].ja} />
        ))
      }
    </DatedForm>
  )
}

const Time = textWith({ width: 'narrow', inputMode: 'numeric', hint: '例：08:30' })
const YearEnd = checkboxOf('年末年始（12月29日から1月3日まで）は休む', '休む', '休まない')

function HoursForm({ answer }: FormProps): ReactNode {
  const { opensAt, closesAt, closedOn } = answer.now.hours
  const { yearEnd, others } = splitClosed(closedOn)
  return (
    <DatedForm
      answer={answer}
      lead={
        answer.demonstration
          ? 'コンビニ交付のサービス時間です。06:30から23:00までの間で決めます（デモ環境では何時でも設定できます）。'
          : 'コンビニ交付のサービス時間です。06:30から23:00までの間で決めます。'
      }
      initial={{ opensAt, closesAt, yearEnd, others: others.map(closedDayText).join('、') }}
      check={(value) => [
        ...(['opensAt', 'closesAt'] as const).flatMap((name) =>
          readTime(value[name]) === null
            ? [{ pointer: `/setting/value/${name}`, message: '時刻を08:30のように入力してください' }]
            : [],
        ),
        ...(readClosedDays(value.others) === null
          ? [{ pointer: '/setting/value/others', message: '休止日を5月1日、5月2日のように入力してください' }]
          : []),
      ]}
      toSetting={(value) => ({
        key: 'hours',
        value: {
          opensAt: readTime(value.opensAt) ?? '',
          closesAt: readTime(value.closesAt) ?? '',
          closedOn: [
            ...new Set([...(value.yearEnd ? YEAR_END : []), ...(readClosedDays(value.others) ?? [])]),
          ],
        },
      })}
    >
      {({ Field }) => (
        <>
          <FieldRow>
            <Field name="setting.value.opensAt" kind={Time} label="開始時刻" required />
            <Field name="setting.value.closesAt" kind={Time} label="終了時刻" required />
          </FieldRow>
          <Field name="setting.value.yearEnd" kind={YearEnd} label="年末年始" />
          <Field
            name="setting.value.others"
            kind={Text}
            label="そのほかの毎年の休止日"
            hint="例：5月1日、5月2日。読点で区切ります。なければ空欄"
          />
        </>
      )}
    </DatedForm>
  )
}
