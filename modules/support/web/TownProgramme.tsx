import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { listProgrammes, writeTownProgramme } from '../programmes.contract.ts'

type Row = OutputOf<typeof listProgrammes>['programmes'][number]
type Area = 'donation' | 'rebuild' | 'people' | 'other'

const Title = textWith({ maxLength: 40, hint: '例：義援金（第1次配分）、災害見舞金' })
const Basis = textWith({ maxLength: 200, hint: '例：配分委員会 令和8年9月1日決定、災害見舞金支給要綱' })
const Documents = textWith({ maxLength: 500, hint: '読点（、）で区切ります' })
const AreaField = selectOf<Area>([
  { value: 'donation', label: '義援金' },
  { value: 'rebuild', label: '生活再建' },
  { value: 'people', label: '亡くなった方・障害を負った方' },
  { value: 'other', label: 'その他' },
])
const Tenure = selectOf<'owned' | 'rented'>(
  [
    { value: 'owned', label: '持家の世帯だけ' },
    { value: 'rented', label: '借家の世帯だけ' },
  ],
  '問わない',
)
const Ended = checkboxOf('受付を終えた')

/** The town's own money, and 義援金 of a round: a sum by grade, a head, a death, a serious injury. */
export function TownProgrammeButton(props: { disasterId: string; programme: Row | null }): ReactNode {
  const { disasterId, programme } = props
  const rule = programme?.own?.rule
  const [title, setTitle] = useState(programme?.title ?? '')
  const [area, setArea] = useState<Area | null>((programme?.area as Area | undefined) ?? 'donation')
  const [gradeYen, setGradeYen] = useState<Partial<Record<DamageGrade, number>>>(rule?.gradeYen ?? {})
  const [perMemberYen, setPerMember] = useState<number | null>(rule?.perMemberYen ?? null)
  const [deathYen, setDeath] = useState<number | null>(rule?.deathYen ?? null)
  const [injuryYen, setInjury] = useState<number | null>(rule?.injuryYen ?? null)
  const [tenure, setTenure] = useState<'owned' | 'rented' | null>(rule?.tenure ?? null)
  const [incomeCapYen, setIncomeCap] = useState<number | null>(rule?.incomeCapYen ?? null)
  const [documents, setDocuments] = useState(programme?.documents.join('、') ?? '')
  const [about, setAbout] = useState(programme?.about ?? '')
  const [basis, setBasis] = useState(programme?.basis ?? '')
  const [ended, setEnded] = useState(programme?.own?.ended ?? false)
  return (
    <AskButton
      endpoint={writeTownProgramme}
      input={{
        ...{
          disasterId,
          programmeCode: programme?.programmeCode ?? null,
          programmeVersion: programme?.own?.version ?? 0,
        },
        ...{ title, area: area ?? 'other', about, basis, ended },
        documents: documents
          .split(/[、,]/)
          .map((one) => one.trim())
          .filter((one) => one !== ''),
        rule: {
          ...{ kind: 'by-grade' as const, gradeYen, tenure, incomeCapYen },
          ...{ perMemberYen: perMemberYen ?? 0, deathYen: deathYen ?? 0, injuryYen: injuryYen ?? 0 },
        },
      }}
      invalidates={[listProgrammes]}
      label={programme === null ? '独自の制度・義援金を加える' : '内容の変更'}
      {...(programme === null ? {} : { of: programme.title })}
      question={programme === null ? '独自の制度・義援金の登録' : `「${programme.title}」の変更`}
      confirm="登録する"
    >
      <LooseField name="title" label="名称" kind={Title} value={title} onChange={setTitle} required />
      <LooseField name="area" label="分類" kind={AreaField} value={area} onChange={setArea} required />
      {damageGrades
        .filter(({ value }) => value !== 'G0')
        .map(({ value, label }) => (
          <LooseField
            key={value}
            name={`grade-${value}`}
            label={`${label}（1世帯）`}
            kind={Yen}
            value={gradeYen[value] ?? null}
            onChange={(yen) => {
              const { [value]: _, ...others } = gradeYen
              setGradeYen(yen === null ? others : { ...others, [value]: yen })
            }}
          />
        ))}
      <LooseField
        name="perMemberYen"
        label="世帯員1人あたり"
        kind={Yen}
        value={perMemberYen}
        onChange={setPerMember}
      />
      <LooseField
        name="deathYen"
        label="亡くなった方1人あたり"
        kind={Yen}
        value={deathYen}
        onChange={setDeath}
      />
      <LooseField
        name="injuryYen"
        label="重傷の方1人あたり"
        kind={Yen}
        value={injuryYen}
        onChange={setInjury}
      />
      <LooseField name="tenure" label="住家の所有" kind={Tenure} value={tenure} onChange={setTenure} />
      <LooseField
        name="incomeCapYen"
        label="所得の限度"
        kind={Yen}
        value={incomeCapYen}
        onChange={setIncomeCap}
      />
      <LooseField
        name="documents"
        label="必要な書類"
        kind={Documents}
        value={documents}
        onChange={setDocuments}
      />
      <LooseField
        name="about"
        label="説明（住民向け）"
        kind={TextArea}
        value={about}
        onChange={setAbout}
        required
      />
      <LooseField name="basis" label="根拠" kind={Basis} value={basis} onChange={setBasis} required />
      <LooseField name="ended" label="受付" kind={Ended} value={ended} onChange={setEnded} />
    </AskButton>
  )
}
