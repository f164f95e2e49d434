import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getAuditKeeping, setAuditSetting } from '../audit-keeping.contract.ts'

type Setting = OutputOf<typeof getAuditKeeping>['setting']

const Years = wholeNumberOf({ unit: '年', minimum: 1, maximum: 100 })
const People = wholeNumberOf({ unit: '人', minimum: 20, maximum: 100_000 })
const Times = wholeNumberOf({ unit: '回', minimum: 2, maximum: 10_000 })
const Names = checkboxOf('本人への写しに、所属に加えて職員の氏名を載せる')
const hours = (from: number, until: number) =>
  selectOf(
    Array.from({ length: (until - from) / 30 + 1 }, (_, i) => {
      const minute = from + i * 30
      const label = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
      return { value: String(minute), label }
    }),
  )
const Opens = hours(0, 12 * 60)
const Closes = hours(12 * 60, 24 * 60)

/** What the town decides about its audit trail. */
export function AuditSettingForm(props: { setting: Setting }): ReactNode {
  const { setting } = props
  const can = useCan()
  const toast = useToast()
  const queries = useQueryClient()
  if (!can(setAuditSetting).allowed)
    return (
      <Section title="設定">
        <p>
          {setting.retentionYears === null
            ? '保存年数は定められていません。'
            : `保存年数は${setting.retentionYears}年です（${setting.retentionSource}）。`}
          変更は、システム管理者が行います。
        </p>
      </Section>
    )
  return (
    <Section title="設定">
      {setting.at !== null && (
        <p className="small quiet">{`${instantText(setting.at)}に${setting.actor ?? ''}さんが変更しました。`}</p>
      )}
      <EditForm
        mode="edit"
        key={setting.settingNo}
        initial={{
          settingNo: setting.settingNo,
          retentionYears: setting.retentionYears,
          retentionSource: setting.retentionSource,
          extractNames: setting.extractNames,
          dayFrom: String(setting.dayFromMinute) as string | null,
          dayUntil: String(setting.dayUntilMinute) as string | null,
          manyFrom: setting.manyFrom as number | null,
          oftenFrom: setting.oftenFrom as number | null,
        }}
        check={({ retentionYears, retentionSource, dayFrom, dayUntil, manyFrom, oftenFrom }) => [
          ...(retentionYears !== null && retentionSource.trim() === ''
            ? [{ pointer: '/retentionSource', message: '保存年数の根拠を入力してください' }]
            : []),
          ...(dayFrom === null ? [{ pointer: '/dayFrom', message: '始まりの時刻を選択してください' }] : []),
          ...(dayUntil === null ? [{ pointer: '/dayUntil', message: '終わりの時刻を選択してください' }] : []),
          ...(manyFrom === null ? [{ pointer: '/manyFrom', message: '人数を入力してください' }] : []),
          ...(oftenFrom === null ? [{ pointer: '/oftenFrom', message: '回数を入力してください' }] : []),
        ]}
        onSubmit={(values, { requestId }) =>
          send(
            setAuditSetting,
            {
              settingNo: values.settingNo,
              retentionYears: values.retentionYears,
              retentionSource: values.retentionSource.trim(),
              extractNames: values.extractNames,
              dayFromMinute: Number(values.dayFrom),
              dayUntilMinute: Number(values.dayUntil),
              manyFrom: values.manyFrom!,
              oftenFrom: values.oftenFrom!,
            },
            requestId,
          )
        }
        onSaved={() => {
          toast('監査記録の設定を変更しました')
          void queries.invalidateQueries({ queryKey: [getAuditKeeping.name] })
        }}
      >
        {({ Field }) => (
          <>
            <FieldGroup legend="保存年数">
              <p>
                国の定めた保存年数は確認できていません。市町村の文書では1年から5年が多いとされます（未確認）。空欄の間は、何も廃棄されません。
              </p>
              <Field
                name="retentionYears"
                label="保存年数"
                kind={Years}
                hint="貴団体の文書管理の定めによります"
              />
              <Field name="retentionSource" label="根拠" kind={Text} hint="例：○○市文書管理規程 別表第1" />
            </FieldGroup>
            <FieldGroup legend="調べるときの目安">
              <Field name="dayFrom" label="執務時間の始まり" kind={Opens} hint="これより前は夜間とします" />
              <Field name="dayUntil" label="執務時間の終わり" kind={Closes} hint="これより後は夜間とします" />
              <Field
                name="manyFrom"
                label="大量とみなす人数"
                kind={People}
                hint="一度にこの人数以上を見た記録"
              />
              <Field
                name="oftenFrom"
                label="繰り返しとみなす回数"
                kind={Times}
                hint="1か月に同じ人を見た回数"
              />
            </FieldGroup>
            <FieldGroup legend="本人への写し">
              <Field name="extractNames" label="職員の氏名" kind={Names} />
            </FieldGroup>
          </>
        )}
      </EditForm>
    </Section>
  )
}
