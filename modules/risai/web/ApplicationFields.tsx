import type { ReactNode } from 'react'
import { Centimetres } from '@open-bcl/ui/fields/Centimetres.tsx'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { Phone } from '@open-bcl/ui/fields/Phone.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { hazards, type HazardCode } from '../../disasters/disasters.ts'
import { ArrangedFields, type FieldPlace } from '../../ledger/web/published/item-names.tsx'
import { askedText, proofs, proofsAsked } from '../entitlement.ts'
import {
  applicantRelations,
  dwellingEquipment,
  dwellingKinds,
  dwellingParts,
  noticeWays,
  occupancies,
  receivingWays,
  surveyWishes,
  tenures,
} from '../risai.ts'
import { emptyMember, type ApplicationValues, type FormDraft } from './application-text.ts'

const Relation = radioOf(applicantRelations)
const Email = textWith({
  type: 'email',
  width: 'wide',
  hint: '受理や決定の結果をメールで知らせます。不要なら空欄',
})
const Hazards = checkGroupOf<HazardCode>(hazards)
const Cause = textWith({ width: 'wide', maxLength: 60 })
const DwellingKind = radioOf(dwellingKinds)
const Tenure = radioOf(tenures)
const Parts = checkGroupOf(dwellingParts)
const Equipment = checkGroupOf(dwellingEquipment)
const Occupancy = radioOf(occupancies, 'column')
const NoticeBy = radioOf(noticeWays)
const ReceiveBy = radioOf(receivingWays)
const Proofs = checkGroupOf(proofs, 'column')
const Wish = radioOf(surveyWishes)
const Copies = wholeNumberOf({ unit: '部', minimum: 1, maximum: 20 })
const Short = textWith({ width: 'narrow', maxLength: 20 })
const PrintMembers = checkboxOf('証明書に世帯の構成員を記載する', '記載する', '記載しない')
const consents = {
  checkRecords: checkboxOf('住民基本台帳・課税台帳等により確認することに同意する', '同意あり', '同意なし'),
  supportUse: checkboxOf('被災者支援の業務で利用することに同意する', '同意あり', '同意なし'),
  selfJudgement: checkboxOf('自己判定方式（写真）により判定することに同意する', '同意あり', '同意なし'),
  photoUse: checkboxOf('写真を調査・研究等に利用することに同意する', '同意あり', '同意なし'),
} as const

type FieldsProps = {
  Field: FieldOf<ApplicationValues>
  form: FormDraft
  /** Puts other members in place of those listed. */
  setMembers: (members: FormDraft['members']) => void
  /** Places and contacts are neither shown nor changed. */
  concealed: boolean
}

/** 罹災証明書交付申請書 as the clerk types it, in the order of the paper. */
export function ApplicationFields(props: FieldsProps): ReactNode {
  return (
    <>
      <ApplicantFields {...props} />
      <HouseholdFields {...props} />
      <DwellingFields {...props} />
      <WishFields {...props} />
      <ProofFields {...props} />
    </>
  )
}

function ApplicantFields({ Field, form, concealed }: FieldsProps): ReactNode {
  const places: readonly FieldPlace[] = [
    { half: true, field: () => <Field name="form.applicant.name" kind={Text} required /> },
    {
      item: 'applicant.kana',
      half: true,
      field: (own) => <Field name="form.applicant.kana" kind={Kana} {...own} />,
    },
    { field: () => <Field name="form.applicant.relationToHead" kind={Relation} required /> },
    ...(form.applicant.relationToHead === 'proxy' && !concealed ? [mandate(Field)] : []),
    {
      item: 'applicant.birthOn',
      field: (own) => <Field name="form.applicant.birthOn" kind={WarekiDate} {...own} />,
    },
    ...(concealed ? [] : contactFields(Field)),
  ]
  return (
    <FieldGroup legend="申請者">
      <ArrangedFields subsystem="risai" places={places} />
    </FieldGroup>
  )
}

function mandate(Field: FieldsProps['Field']): FieldPlace {
  return {
    field: () => <Field name="form.mandate" kind={Text} hint="委任した方と、委任の内容（申請、受取など）" />,
  }
}

function contactFields(Field: FieldsProps['Field']): readonly FieldPlace[] {
  return [
    { field: () => <Field name="form.applicant.address" kind={Text} required /> },
    {
      item: 'applicant.phone',
      half: true,
      field: (own) => <Field name="form.applicant.phone" kind={Phone} {...own} />,
    },
    {
      item: 'applicant.email',
      half: true,
      field: (own) => <Field name="form.applicant.email" kind={Email} {...own} />,
    },
    {
      item: 'applicant.contactPlace',
      field: (own) => (
        <Field
          name="form.applicant.contactPlace"
          kind={Text}
          hint="避難所や親族宅など、今いる場所と連絡のつけ方"
          {...own}
        />
      ),
    },
  ]
}

function HouseholdFields({ Field, form, setMembers, concealed }: FieldsProps): ReactNode {
  return (
    <FieldGroup legend="被災した住家の世帯">
      <ArrangedFields
        subsystem="risai"
        places={[
          { half: true, field: () => <Field name="form.head.name" kind={Text} required /> },
          {
            item: 'head.kana',
            half: true,
            field: (own) => <Field name="form.head.kana" kind={Kana} {...own} />,
          },
        ]}
      />
      {!concealed && <Field name="form.head.address" kind={Text} required />}
      <p className="quiet">
        構成員は、世帯主のほかに、被災した住家に住んでいた方です。続柄は世帯主から見たものです。住民登録と違うときは、申請の内容に直してください。
      </p>
      {form.members.map((_, index) => (
        <MemberFields
          key={index}
          Field={Field}
          index={index}
          onRemove={() => setMembers(form.members.filter((__, at) => at !== index))}
        />
      ))}
      <div className="button-row">
        <Button onClick={() => setMembers([...form.members, emptyMember])}>構成員を追加</Button>
      </div>
      <Field name="form.printMembers" kind={PrintMembers} />
    </FieldGroup>
  )
}

function MemberFields(props: {
  Field: FieldOf<ApplicationValues>
  index: number
  onRemove: () => void
}): ReactNode {
  const { Field, index } = props
  const who = `構成員${index + 1}`
  return (
    <div role="group" aria-label={who} className="form-body">
      {/* No hints here: they stand above with the same kinds of field, and would repeat for everybody. */}
      <FieldRow>
        <Field name={`form.members[${index}].name`} kind={Text} label={`${who}の氏名`} hint="" required />
        <Field name={`form.members[${index}].kana`} kind={Kana} label={`${who}のフリガナ`} hint="" />
        <Field name={`form.members[${index}].relation`} kind={Short} label={`${who}の続柄`} hint="" />
        <Field name={`form.members[${index}].birthOn`} kind={WarekiDate} label={`${who}の生年月日`} hint="" />
      </FieldRow>
      <div className="button-row">
        <Button size="small" onClick={props.onRemove} label={`${who}を申請から外す`}>
          外す
        </Button>
      </div>
    </div>
  )
}

function DwellingFields({ Field, concealed }: FieldsProps): ReactNode {
  return (
    <FieldGroup legend="被災した住家と被害">
      {!concealed && (
        <Field
          name="form.dwellingAddress"
          kind={Text}
          hint="今の住所と違うことがあります。集合住宅では部屋番号まで"
          required
        />
      )}
      <Field name="form.causeText" kind={Cause} hint="証明書に印字します" required />
      <Field name="form.causeHazards" kind={Hazards} required />
      <Field name="form.dwellingKind" kind={DwellingKind} />
      <Field name="form.tenure" kind={Tenure} />
      <Field name="form.occupancy" kind={Occupancy} />
      <ArrangedFields
        subsystem="risai"
        places={[
          ...(concealed
            ? []
            : [
                {
                  item: 'ownerName',
                  field: (own: { readonly label?: string }) => (
                    <Field
                      name="form.ownerName"
                      kind={Text}
                      hint="借家のとき、所有者の氏名又は名称"
                      {...own}
                    />
                  ),
                },
                { field: () => <Field name="form.damageText" kind={TextArea} required /> },
              ]),
          {
            item: 'damagedParts',
            field: (own) => <Field name="form.damagedParts" kind={Parts} {...own} />,
          },
          {
            item: 'damagedEquipment',
            field: (own) => <Field name="form.damagedEquipment" kind={Equipment} {...own} />,
          },
          {
            item: 'floodDepthCm',
            field: (own) => (
              <Field
                name="form.floodDepthCm"
                kind={Centimetres}
                hint="水害で床上まで浸水したとき、床からの深さ"
                {...own}
              />
            ),
          },
        ]}
      />
    </FieldGroup>
  )
}

function WishFields({ Field, concealed }: FieldsProps): ReactNode {
  return (
    <FieldGroup legend="調査の希望と同意">
      <Field name="form.surveyWish" kind={Wish} required />
      <Field name="form.consents.checkRecords" kind={consents.checkRecords} required />
      <Field name="form.consents.supportUse" kind={consents.supportUse} required />
      <Field name="form.consents.selfJudgement" kind={consents.selfJudgement} />
      <ArrangedFields
        subsystem="risai"
        places={[
          {
            item: 'consents.photoUse',
            field: (own) => <Field name="form.consents.photoUse" kind={consents.photoUse} {...own} />,
          },
          { half: true, field: () => <Field name="form.copies" kind={Copies} required /> },
          ...(concealed
            ? []
            : [
                {
                  item: 'purpose',
                  half: true as const,
                  field: (own: { readonly label?: string }) => (
                    <Field name="form.purpose" kind={Text} {...own} />
                  ),
                },
              ]),
        ]}
      />
      <Field
        name="form.noticeBy"
        kind={NoticeBy}
        hint="メールはメールアドレスがあるときだけ送ります。郵便は申請者の住所に送ります"
      />
      <Field name="form.receiveBy" kind={ReceiveBy} />
    </FieldGroup>
  )
}

function ProofFields({ Field, form }: FieldsProps): ReactNode {
  return (
    <FieldGroup legend="確かめた書類">
      <p>この申請で求める書類（本人確認書類のほかは、なければ受理するときに理由が必要です）：</p>
      <ul>
        {proofsAsked(form).map((asked) => (
          <li key={asked.why}>{askedText(asked)}</li>
        ))}
      </ul>
      <Field
        name="form.proofs"
        kind={Proofs}
        hint="見て確かめたものに印を付けます。後から補正で付けることもできます"
      />
    </FieldGroup>
  )
}
