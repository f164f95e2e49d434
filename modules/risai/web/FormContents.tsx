import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { Centimetres } from '@open-bcl/ui/fields/Centimetres.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf, type Option } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { hazardLabels } from '../../disasters/disasters.ts'
import { useArrangedTerms } from '../../ledger/web/published/item-names.tsx'
import { proofLabel } from '../entitlement.ts'
import {
  applicantRelations,
  channels,
  dwellingEquipment,
  dwellingKinds,
  dwellingParts,
  noticeWays,
  occupancies,
  receivingWays,
  surveyWishes,
  tenures,
} from '../risai.ts'
import type { Application } from './application-text.ts'

type Member = Application['form']['members'][number]
const member = columnsOf<Member>()
const memberColumns = member.columns([
  member.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  member.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  member.accessor('relation', { header: '続柄' }),
  member.accessor('birthOn', {
    header: '生年月日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate | null} />,
  }),
])

const concealed = '（支援措置のため非表示）'
const consentLabels = {
  checkRecords: '住民基本台帳・課税台帳等による確認',
  supportUse: '被災者支援業務での利用',
  selfJudgement: '自己判定方式による判定',
  photoUse: '写真の二次利用',
} as const

/** What the applicant wrote, to read. */
export function FormContents(props: { application: Application }): ReactNode {
  const { form, suppressed } = props.application
  const { applicant, head } = form
  const { channel, reference, lateReason, proofsWaived } = props.application
  const received = [chosen(channels, channel), reference].filter((part) => part !== null).join('　')
  /** Of a protected application these come empty: a blank would look as if nothing had been written. */
  const place = (value: string) => value || (suppressed ? concealed : noValue)
  const arrange = useArrangedTerms('risai')
  return (
    <>
      <h3>申請者</h3>
      <DescriptionList
        items={arrange([
          { term: '氏名', value: applicant.name },
          { item: 'applicant.kana', term: 'フリガナ', value: applicant.kana || noValue },
          { term: '世帯主との関係', value: chosen(applicantRelations, applicant.relationToHead) },
          ...(form.mandate === '' ? [] : [{ term: '委任の内容', value: form.mandate }]),
          {
            item: 'applicant.birthOn',
            term: '生年月日',
            value: <WarekiDate.Output value={applicant.birthOn as PlainDate | null} />,
          },
          { term: '住所', value: place(applicant.address) },
          { item: 'applicant.phone', term: '電話番号', value: place(applicant.phone) },
          { item: 'applicant.email', term: 'メールアドレス', value: place(applicant.email) },
          {
            item: 'applicant.contactPlace',
            term: '避難先・その他の連絡先',
            value: place(applicant.contactPlace),
          },
        ])}
      />
      <h3>被災した住家の世帯</h3>
      <DescriptionList
        items={arrange([
          { term: '世帯主', value: head.name },
          { item: 'head.kana', term: '世帯主のフリガナ', value: head.kana || noValue },
          { term: '世帯主の住所', value: place(head.address) },
          { term: '証明書への構成員の記載', value: form.printMembers ? '記載する' : '記載しない' },
        ])}
      />
      <DataTable
        caption={`世帯の構成員（世帯主のほか${form.members.length}人）`}
        columns={memberColumns}
        rows={form.members}
        rowKey={(row) => `${row.residentNo ?? ''} ${row.name} ${row.birthOn ?? ''}`}
        empty={<p>世帯主のほかに構成員はいません。</p>}
      />
      <h3>被災した住家と被害</h3>
      <DescriptionList
        items={arrange([
          { term: '所在地', value: place(form.dwellingAddress) },
          { term: '罹災原因', value: form.causeText },
          { term: '被害の原因', value: hazardLabels(form.causeHazards).join('・') },
          { term: '住家の種別', value: chosen(dwellingKinds, form.dwellingKind) },
          { term: '持家・借家', value: chosen(tenures, form.tenure) },
          { item: 'ownerName', term: '所有者', value: place(form.ownerName) },
          { term: '被害の状況', value: place(form.damageText) },
          {
            item: 'damagedParts',
            term: '損傷した部位',
            value: form.damagedParts.map((part) => labelOf(dwellingParts, part)).join('、') || noValue,
          },
          {
            item: 'damagedEquipment',
            term: '損傷した設備',
            value: form.damagedEquipment.map((one) => labelOf(dwellingEquipment, one)).join('、') || noValue,
          },
          { term: '居住の状況', value: chosen(occupancies, form.occupancy) },
          {
            item: 'floodDepthCm',
            term: '床上浸水深',
            value: Centimetres.toText(form.floodDepthCm) || noValue,
          },
        ])}
      />
      <h3>調査の希望と同意</h3>
      <DescriptionList
        items={arrange([
          { term: '調査の方法の希望', value: chosen(surveyWishes, form.surveyWish) },
          ...Object.entries(consentLabels).map(([name, term]) => ({
            item: `consents.${name}`,
            term,
            value: form.consents[name as keyof typeof consentLabels] ? '同意あり' : '同意なし',
          })),
          { term: '必要部数', value: `${form.copies}部` },
          { item: 'purpose', term: '使用目的・提出先', value: place(form.purpose) },
          { term: '結果の通知', value: chosen(noticeWays, form.noticeBy) },
          { term: '証明書の受取', value: chosen(receivingWays, form.receiveBy) },
          { term: '確かめた書類', value: form.proofs.map(proofLabel).join('、') || noValue },
          { term: '受付の方法', value: received },
          ...(lateReason ? [{ term: '期限の後に受け付けた理由', value: lateReason }] : []),
          ...(proofsWaived ? [{ term: '書類がないまま受理した理由', value: proofsWaived }] : []),
        ])}
      />
    </>
  )
}

function chosen<V extends string>(options: readonly Option<V>[], value: V | null): string {
  return labelOf(options, value) || noValue
}
