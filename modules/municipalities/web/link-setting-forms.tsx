import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import type { getMunicipalitySettings } from '../municipalities.contract.ts'
import { certificateKinds } from '../municipalities.ts'
import { SettingForm } from './SettingForm.tsx'
import { linkedKinds, linkTime, twoVersionBusinesses } from './settings-text.ts'

type FormProps = { settings: OutputOf<typeof getMunicipalitySettings> }

const Time = textWith({ width: 'narrow', inputMode: 'numeric', hint: '例：06:30。夜中の12時は24:00' })

/** When the link takes files. */
export function LinkHoursForm({ settings }: FormProps): ReactNode {
  const { opensAt, closesAt } = settings.linkHours
  return (
    <SettingForm
      settings={settings}
      lead="連携APからファイルを受け取る時間です。時間外のファイルは連携APで待ち、受付が始まると届きます。終日受け取るときは、00:00から24:00までとします。"
      initial={{ opensAt, closesAt }}
      check={(value) =>
        (['opensAt', 'closesAt'] as const).flatMap((name) =>
          linkTime(value[name]) === null
            ? [{ pointer: `/setting/value/${name}`, message: '時刻を06:30のように入力してください' }]
            : [],
        )
      }
      toSetting={(value) => ({
        key: 'link-hours',
        value: { opensAt: linkTime(value.opensAt) ?? '', closesAt: linkTime(value.closesAt) ?? '' },
      })}
    >
      {({ Field }) => (
        <FieldRow>
          <Field name="setting.value.opensAt" kind={Time} label="受付の始まり" required />
          <Field name="setting.value.closesAt" kind={Time} label="受付の終わり" required />
        </FieldRow>
      )}
    </SettingForm>
  )
}

const Minutes = wholeNumberOf({ unit: '分', minimum: 15, maximum: 7 * 24 * 60 })

/** How old data may be when a certificate is made of them. */
export function DataAgeLimitsForm({ settings }: FormProps): ReactNode {
  const { juminhyo, inkan, tax } = settings.dataAgeLimits
  return (
    <SettingForm
      settings={settings}
      lead="データがこれより古くなると、その証明書の交付を止めます。24時間は1,440分です。罹災・被災の証明書には上限がありません。"
      initial={{ juminhyo, inkan, tax }}
      toSetting={(value) => ({ key: 'data-age-limits', value })}
    >
      {({ Field }) =>
        linkedKinds.map((kind) => (
          <Field
            key={kind}
            name={`setting.value.${kind}`}
            kind={Minutes}
            label={certificateKinds[kind].ja}
            hint="空欄にすると、古さでは止めません"
          />
        ))
      }
    </SettingForm>
  )
}

/** Until when files of a former version of an interface are taken. */
export function InterfaceDeadlinesForm({ settings }: FormProps): ReactNode {
  const initial = Object.fromEntries(
    twoVersionBusinesses.map(({ key }) => [
      key,
      (settings.interfaceDeadlines[key] ?? null) as PlainDate | null,
    ]),
  )
  return (
    <SettingForm
      settings={settings}
      lead="業務システムの改修の前に使っていたファイル仕様の版を、いつまで受け取るかです。"
      initial={initial}
      toSetting={(value) => ({
        key: 'interface-deadlines',
        value: {
          until: Object.fromEntries(
            Object.entries({ ...settings.interfaceDeadlines, ...value }).flatMap(([key, day]) =>
              day === null ? [] : [[key, day]],
            ),
          ),
        },
      })}
    >
      {({ Field }) =>
        twoVersionBusinesses.map(({ key, label }) => (
          <Field
            key={key}
            name={`setting.value.${key}`}
            kind={WarekiDate}
            label={`${label}の前の版を受け取る最後の日`}
            hint="空欄にすると、標準の期限までです"
          />
        ))
      }
    </SettingForm>
  )
}
