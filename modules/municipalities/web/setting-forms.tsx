import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import type { FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import type { getMunicipalitySettings } from '../municipalities.contract.ts'
import {
  BCL_HOURS,
  certificateKinds,
  participationOfPattern,
  type CertificateKindCode,
  type Issuer,
  type Participation,
  type ParticipationPattern,
} from '../municipalities.ts'
import { PatternTable } from './PatternTable.tsx'
import { SealImage } from './SealImage.tsx'
import { SettingForm } from './SettingForm.tsx'
import { closedDayText, readClosedDays, readTime } from '../typed-hours.ts'
import { issuers, kindCodes, patterns, residentDataWays } from './settings-text.ts'

type Settings = OutputOf<typeof getMunicipalitySettings>
type FormProps = { settings: Settings }

export function MayorForm({ settings }: FormProps): ReactNode {
  return (
    <SettingForm
      settings={settings}
      lead="証明書の発行者として印字します。"
      initial={{ title: settings.mayorTitle, name: settings.mayorName }}
      toSetting={(value) => ({ key: 'mayor', value })}
    >
      {({ Field }) => (
        <FieldRow>
          <Field
            name="setting.value.title"
            kind={Text}
            label="職名"
            hint="例：飛騨市長、飛騨市長職務代理者"
            required
          />
          <Field name="setting.value.name" kind={Text} label="氏名" required />
        </FieldRow>
      )}
    </SettingForm>
  )
}

const SealUse = radioOf(
  [
    { value: 'print', label: '公印の画像を印字する' },
    { value: 'omit', label: '公印省略とする' },
  ] as const,
  'column',
)
type SealDraft = { readonly use: 'print' | 'omit' | null; readonly pngBase64: string | null }

export function SealForm({ settings }: FormProps): ReactNode {
  const initial: SealDraft = { use: settings.hasSeal ? 'print' : 'omit', pngBase64: null }
  return (
    <SettingForm
      settings={settings}
      lead="証明書に印字する電子公印です。登録済みの画像は、この画面には表示しません。"
      initial={initial}
      toSetting={({ use, pngBase64 }) => ({
        key: 'seal',
        value: { pngBase64: use === 'print' ? pngBase64 : null },
      })}
    >
      {({ Field, value }) => (
        <>
          <Field name="setting.value.use" kind={SealUse} label="公印の扱い" required />
          {value.use === 'print' && (
            <Field name="setting.value.pngBase64" kind={SealImage} label="公印の画像" required />
          )}
        </>
      )}
    </SettingForm>
  )
}

const Time = textWith({ width: 'narrow', inputMode: 'numeric', hint: '例：08:30' })

export function HoursForm({ settings }: FormProps): ReactNode {
  const { opensAt, closesAt, closedOn } = settings.hours
  return (
    <SettingForm
      settings={settings}
      lead={`コンビニ交付のサービス時間です。${BCL_HOURS.opensAt}から${BCL_HOURS.closesAt}までの間で決めます。`}
      initial={{ opensAt, closesAt, closedOn: closedOn.map(closedDayText).join('、') }}
      check={(value) => [
        ...(['opensAt', 'closesAt'] as const).flatMap((name) =>
          readTime(value[name]) === null
            ? [{ pointer: `/setting/value/${name}`, message: '時刻を08:30のように入力してください' }]
            : [],
        ),
        ...(readClosedDays(value.closedOn) === null
          ? [
              {
                pointer: '/setting/value/closedOn',
                message: '休止日を12月29日、12月30日のように入力してください',
              },
            ]
          : []),
      ]}
      toSetting={(value) => ({
        key: 'hours',
        value: {
          opensAt: readTime(value.opensAt) ?? '',
          closesAt: readTime(value.closesAt) ?? '',
          closedOn: readClosedDays(value.closedOn) ?? [],
        },
      })}
    >
      {({ Field }) => (
        <>
          <FieldRow>
            <Field name="setting.value.opensAt" kind={Time} label="開始時刻" required />
            <Field name="setting.value.closesAt" kind={Time} label="終了時刻" required />
          </FieldRow>
          <Field
            name="setting.value.closedOn"
            kind={Text}
            label="毎年の休止日"
            hint="例：12月29日、12月30日。読点で区切ります。休まないときは空欄"
          />
        </>
      )}
    </SettingForm>
  )
}

const Fee = wholeNumberOf({ unit: '円', minimum: 0, maximum: 10_000 })
type Fees = Readonly<Record<CertificateKindCode, number | null>>

export function FeesForm({ settings }: FormProps): ReactNode {
  const initial = Object.fromEntries(kindCodes.map((kind) => [kind, settings.feesYen[kind] ?? null])) as Fees
  return (
    <SettingForm
      settings={settings}
      lead="1部の手数料です（税込）。罹災証明書は、条例で無料とする団体では0円にします。"
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
    </SettingForm>
  )
}

const ResidentData = radioOf<Participation['residentData']>(residentDataWays, 'column')
const IssuerChoice = selectOf<Issuer>(issuers)
const Pattern = radioOf<ParticipationPattern>(patterns, 'column')

/** The pattern, and with it what the pattern means for data and kinds; each of those may then differ. */
function patternThat(
  applies: (pattern: ParticipationPattern) => void,
): FieldKind<ParticipationPattern | null> {
  return {
    ...Pattern,
    Input: (props) =>
      Pattern.Input({ ...props, onChange: (pattern) => pattern !== null && applies(pattern) }),
  }
}

type ParticipationDraft = {
  readonly pattern: ParticipationPattern | null
  readonly residentData: Participation['residentData'] | null
  readonly issues: Readonly<Record<CertificateKindCode, Issuer | null>>
}

export function ParticipationForm({ settings }: FormProps): ReactNode {
  const { participation } = settings
  const initial: ParticipationDraft = participation
  return (
    <>
      <PatternTable current={participation.pattern} />
      <SettingForm
        settings={settings}
        lead="パターンを選ぶと、下の項目が標準の値に変わります。団体の事情に合わせて、項目ごとに変えられます。"
        initial={initial}
        // Nothing can be chosen away once chosen, so `null` never arrives here.
        toSetting={(value) => ({ key: 'participation', value: value as Participation })}
      >
        {({ Field, set }) => (
          <>
            <Field
              name="setting.value.pattern"
              kind={patternThat((pattern) => set(participationOfPattern(pattern)))}
              label="参加パターン"
              required
            />
            <Field name="setting.value.residentData" kind={ResidentData} label="住民情報の届き方" required />
            {kindCodes.map((kind) => (
              <Field
                key={kind}
                name={`setting.value.issues.${kind}`}
                kind={IssuerChoice}
                label={`${certificateKinds[kind].ja}の発行`}
                required
              />
            ))}
          </>
        )}
      </SettingForm>
    </>
  )
}

const Kept = checkboxOf('個人番号を保有し、権限のある職員に表示する', '保有する', '保有しない')

export function MyNumberForm({ settings }: FormProps): ReactNode {
  return (
    <SettingForm
      settings={settings}
      lead={
        settings.keepsMyNumber
          ? 'いまは、届いた個人番号を暗号にして保存しています。'
          : 'いまは、届いた個人番号を検査して件数だけを数え、捨てています。'
      }
      initial={{ kept: settings.keepsMyNumber }}
      toSetting={(value) => ({ key: 'my-number', value })}
    >
      {({ Field, value }) => (
        <>
          <Field name="setting.value.kept" kind={Kept} label="個人番号の保有" />
          {value.kept ? (
            <Banner tone="warning" title="保有する前に、特定個人情報保護評価を終えてください">
              <ul>
                <li>
                  適用日の後に届く住民情報のファイルから、個人番号を暗号にして保存します。全員分をそろえるには、全件のファイルを送ります。職員が手作業で取り込むファイルからは保存しません。
                </li>
                <li>
                  表示できるのは、「端末と個人番号の実施者」で登録した端末を、そこで指定した職員が使うときだけです。登録と指定をするまでは、誰にも表示されません。
                </li>
                <li>登録する端末は、マイナンバー利用事務系として管理してください。</li>
                <li>保存・消去・表示と、断った表示は、すべて取扱記録に残ります。</li>
              </ul>
            </Banner>
          ) : (
            settings.keepsMyNumber && (
              <Banner tone="warning" title="適用日から、誰にも個人番号を表示できなくなります">
                保存した個人番号は、適用日の後に届く最初の住民情報のファイルで、すべて消去します。また使うときは、全件のファイルを送り直します。取扱記録は消えません。
              </Banner>
            )
          )}
        </>
      )}
    </SettingForm>
  )
}
