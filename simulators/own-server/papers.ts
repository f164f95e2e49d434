import { createHash } from 'node:crypto'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { FamilyRegister, OwnTown, Person } from './town.ts'

/** The kinds this server issues, with their fees at a machine (domain: 450 and 300 yen are usual; a town's ordinance decides). */
export const ownKinds = {
  juminhyo: { ja: '住民票の写し', feeYen: 300 },
  inkan: { ja: '印鑑登録証明書', feeYen: 300 },
  tax: { ja: '税証明', feeYen: 300 },
  koseki: { ja: '戸籍証明書', feeYen: 450 },
  fuhyo: { ja: '戸籍の附票の写し', feeYen: 300 },
} as const
export type OwnKind = keyof typeof ownKinds

export function isOwnKind(kind: string): kind is OwnKind {
  return Object.hasOwn(ownKinds, kind)
}

type Option = { readonly value: string; readonly ja: string }
export type Choice = {
  readonly name: string
  readonly ja: string
  readonly take: 'one' | 'some'
  readonly options: readonly Option[]
  readonly default: string | readonly string[]
}
/** A value for each choice, as it was taken; of members, their person ids. */
export type Taken = Readonly<Record<string, string | readonly string[]>>

export type Paper = {
  readonly title: string
  readonly sections: readonly {
    readonly heading: string
    readonly rows: readonly { readonly label: string; readonly text: string }[]
  }[]
  readonly sentence: string
}

const yesOrNo = (name: string, ja: string): Choice => ({
  ...{ name, ja, take: 'one', default: 'no' },
  options: [
    { value: 'yes', ja: '記載する' },
    { value: 'no', ja: '記載しない' },
  ],
})

/** 戸籍 in which the person stands. */
export function registerOf(town: OwnTown, personId: string): FamilyRegister | undefined {
  return town.registers.find((register) => register.members.some((member) => member.personId === personId))
}

function household(town: OwnTown, person: Person): Person[] {
  return town.people.filter(
    (one) => one.residence !== null && one.residence.householdId === person.residence?.householdId,
  )
}

/** Whether there is anything of the kind to certify for the person; the card's reach is judged before. */
export function hasPaper(town: OwnTown, person: Person, kind: OwnKind): boolean {
  switch (kind) {
    case 'juminhyo':
      return person.residence !== null
    case 'inkan':
      return (person.residence?.seal ?? null) !== null
    case 'tax':
      return (person.residence?.income ?? null) !== null
    case 'koseki':
    case 'fuhyo':
      return registerOf(town, person.personId) !== undefined
  }
}

/** What may be chosen; members stand as their own person ids, which never leave the server like that. */
export function choicesOf(town: OwnTown, person: Person, kind: OwnKind): Choice[] {
  switch (kind) {
    case 'juminhyo': {
      const all = household(town, person)
      return [
        {
          ...{ name: 'members', ja: '証明する人', take: 'some', default: [person.personId] },
          options: all.map((one) => ({ value: one.personId, ja: one.name })),
        },
        yesOrNo('relation', '世帯主・続柄'),
        yesOrNo('domicile', '本籍・筆頭者'),
      ]
    }
    case 'koseki': {
      const members = registerOf(town, person.personId)?.members ?? []
      return [
        {
          ...{ name: 'paper', ja: '証明書', take: 'one', default: 'all' },
          options: [
            { value: 'all', ja: '戸籍全部事項証明書（戸籍謄本）' },
            { value: 'some', ja: '戸籍個人事項証明書（戸籍抄本）' },
          ],
        },
        {
          ...{ name: 'members', ja: '個人事項証明書に載せる人', take: 'some', default: [person.personId] },
          options: members.map((one) => ({ value: one.personId, ja: nameOf(town, one.personId) })),
        },
      ]
    }
    case 'fuhyo':
      // 生年月日 and 性別 are always printed since 2022-01-11; 本籍・筆頭者 only when asked for (domain/bcl.md §1.7).
      return [yesOrNo('domicile', '本籍・筆頭者')]
    case 'inkan':
    case 'tax':
      return []
  }
}

/** The words of the paper, fixed. */
export function paperOf(town: OwnTown, person: Person, kind: OwnKind, taken: Taken): Paper {
  const row = (label: string, text: string) => ({ label, text })
  const { residence } = person
  const register = registerOf(town, person.personId)
  const asked = (name: string): boolean => taken[name] === 'yes'
  const chosen = (taken['members'] ?? []) as readonly string[]
  switch (kind) {
    case 'juminhyo': {
      const members = household(town, person).filter((one) => chosen.includes(one.personId))
      const whole = members.length === household(town, person).length
      return {
        title: '住民票',
        sections: members.map((one) => ({
          heading: one.name,
          rows: [
            row('氏名', one.name),
            row('フリガナ', one.kana),
            row('生年月日', wareki(one.bornOn)),
            row('性別', one.sex),
            row('住所', one.residence?.address ?? ''),
            row('住民となった年月日', wareki(one.residence?.since ?? one.bornOn)),
            ...(asked('relation') ? [row('続柄', one.residence?.relation ?? '')] : []),
            ...(asked('domicile') ? [row('本籍', registerOf(town, one.personId)?.domicile ?? '＊＊＊')] : []),
          ],
        })),
        sentence: whole
          ? 'この写しは、世帯全員の住民票の原本と相違ないことを証明する。'
          : 'この写しは、世帯一部の住民票の原本と相違ないことを証明する。',
      }
    }
    case 'inkan':
      return {
        title: '印鑑登録証明書',
        sections: [
          {
            heading: `印影　「${residence?.seal ?? ''}」（模擬）`,
            rows: [
              row('氏名', person.name),
              row('生年月日', wareki(person.bornOn)),
              row('住所', residence?.address ?? ''),
            ],
          },
        ],
        sentence: 'この写しは、登録されている印影と相違ないことを証明します。',
      }
    case 'tax': {
      const { year = 0, totalYen = 0, taxYen = 0 } = residence?.income ?? {}
      return {
        title: taxYen === 0 ? '非課税証明書' : '課税証明書',
        sections: [
          {
            heading: `令和${year - 2018}年度（令和${year - 2019}年中の所得）`,
            rows: [
              row('氏名', person.name),
              row('住所（1月1日）', residence?.address ?? ''),
              row('合計所得金額', `${totalYen.toLocaleString('ja-JP')}円`),
              row('年税額', `${taxYen.toLocaleString('ja-JP')}円`),
            ],
          },
        ],
        sentence: '上記のとおり相違ないことを証明します。',
      }
    }
    case 'koseki': {
      const all = taken['paper'] !== 'some'
      const members = (register?.members ?? []).filter((one) => all || chosen.includes(one.personId))
      return {
        title: all ? '全部事項証明' : '個人事項証明',
        sections: [
          {
            heading: '戸籍',
            rows: [
              row('本籍', register?.domicile ?? ''),
              row('氏名（筆頭者）', register?.head ?? ''),
              row('戸籍編製日', wareki(register?.madeOn ?? person.bornOn)),
            ],
          },
          ...members.map((member) => {
            const one = town.people.find(({ personId }) => personId === member.personId)
            return {
              heading: '戸籍に記録されている者',
              rows: [
                row('名', one?.name ?? ''),
                row('生年月日', one ? wareki(one.bornOn) : ''),
                row('父', member.father),
                row('母', member.mother),
                row('続柄', member.relation),
                ...member.events.flatMap(({ title, rows }) => [
                  row('身分事項', title),
                  ...rows.map(([label, text]) => row(`　${label}`, text)),
                ]),
              ],
            }
          }),
        ],
        sentence: all
          ? 'これは、戸籍に記録されている事項の全部を証明した書面である。'
          : 'これは、戸籍中の一部の者について記録されている事項の全部を証明した書面である。',
      }
    }
    case 'fuhyo': {
      const members = register?.members ?? []
      return {
        title: '戸籍の附票の写し',
        sections: members.map((member) => {
          const one = town.people.find(({ personId }) => personId === member.personId)
          return {
            heading: one?.name ?? '',
            rows: [
              ...(asked('domicile')
                ? [row('本籍', register?.domicile ?? ''), row('筆頭者', register?.head ?? '')]
                : []),
              row('生年月日', one ? wareki(one.bornOn) : ''),
              row('性別', one?.sex ?? ''),
              ...member.addresses.flatMap(({ address, since }) => [
                row('住所', address),
                row('　住所を定めた年月日', wareki(since)),
              ]),
            ],
          }
        }),
        sentence: 'この写しは、戸籍の附票の原本と相違ないことを証明する。',
      }
    }
  }
}

function nameOf(town: OwnTown, personId: string): string {
  return town.people.find((person) => person.personId === personId)?.name ?? ''
}

/** A handle instead of the server's own id: a keyed digest, good for one session. */
export function handleOf(secret: Buffer, sessionId: string, value: string): string {
  return createHash('sha256').update(secret).update(`${sessionId}|${value}`).digest('hex').slice(0, 32)
}

const eras = [
  ['令和', '2019-05-01', 2018],
  ['平成', '1989-01-08', 1988],
  ['昭和', '1926-12-25', 1925],
] as const

/** 「昭和53年5月12日」 */
export function wareki(date: PlainDate): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  const era = eras.find(([, from]) => date >= from)
  if (!era) return `${year}年${month}月${day}日`
  const [name, , before] = era
  return `${name}${year - before === 1 ? '元' : year - before}年${month}月${day}日`
}
