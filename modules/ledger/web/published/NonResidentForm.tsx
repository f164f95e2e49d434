import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { Phone } from '@open-bcl/ui/fields/Phone.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { sexes, type Victim } from './person-text.ts'

/** 住登外者 as the form holds it; a sex or day not yet given is `null`. */
export type NonResidentDraft = {
  /** The version that was loaded; 0 = not stored yet. */
  readonly version: number
  readonly name: string
  readonly kana: string
  readonly birthOn: PlainDate | null
  readonly birthText: string
  readonly sex: '1' | '2' | '3' | null
  readonly address: string
  readonly phone: string
  readonly reason: string
  readonly suppressed: boolean
}

export const emptyNonResident: NonResidentDraft = {
  version: 0,
  name: '',
  kana: '',
  birthOn: null,
  birthText: '',
  sex: null,
  address: '',
  phone: '',
  reason: '',
  suppressed: false,
}

/** What may be changed of a 住登外者 as loaded; of a protected one the whereabouts are empty and stay unknown. */
export function draftOf({ person, nonResident }: Victim): NonResidentDraft {
  return {
    version: nonResident?.version ?? 0,
    name: person.name,
    kana: person.kana,
    birthOn: person.birth.on as PlainDate | null,
    birthText: person.birth.text ?? '',
    sex: person.sex,
    address: person.address ?? '',
    phone: nonResident?.phone ?? '',
    reason: nonResident?.reason ?? '',
    suppressed: person.suppressed,
  }
}

/** The contract's input from the form; 性別 is asked for before this is called. */
export function inputOf({ version: _, ...draft }: NonResidentDraft) {
  return {
    ...draft,
    sex: draft.sex ?? ('3' as const),
    birthText: draft.birthText === '' ? null : draft.birthText,
  }
}

export function checkNonResident(draft: NonResidentDraft): readonly FieldError[] {
  return draft.birthOn !== null || draft.birthText !== ''
    ? []
    : [{ pointer: '/birthOn', message: '生年月日か、分かる範囲の言葉のどちらかを入力してください' }]
}

const Sex = radioOf(sexes)
const BirthWords = textWith({ width: 'middle', maxLength: 72, hint: '例：昭和20年頃、80歳くらい' })
const Suppressed = checkboxOf('支援措置（DV等）の対象者である', '対象', '対象ではない')

/** Fields of 住登外者. `concealed`: places and contacts are neither shown nor changed. */
export function NonResidentFields(props: {
  Field: FieldOf<NonResidentDraft>
  concealed: boolean
}): ReactNode {
  const { Field, concealed } = props
  return (
    <>
      <FieldGroup legend="本人">
        <FieldRow>
          <Field name="name" kind={Text} required />
          <Field name="kana" kind={Kana} />
        </FieldRow>
        <FieldRow>
          <Field name="birthOn" kind={WarekiDate} />
          <Field name="birthText" kind={BirthWords} />
        </FieldRow>
        <Field name="sex" kind={Sex} required />
      </FieldGroup>
      {!concealed && (
        <FieldGroup legend="居所と連絡先">
          <Field name="address" kind={Text} hint="災害のときに住んでいた場所" />
          <Field name="phone" kind={Phone} />
          <Field
            name="reason"
            kind={TextArea}
            hint="例：公共料金の請求書で居住を確認。区長の証明あり"
            required
          />
        </FieldGroup>
      )}
      <FieldGroup legend="支援措置">
        <Field
          name="suppressed"
          kind={Suppressed}
          hint="本人の申出や、ほかの団体からの連絡があったとき。登録すると、住所と電話番号は表示されなくなります"
        />
      </FieldGroup>
    </>
  )
}
