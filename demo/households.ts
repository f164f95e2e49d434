import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, plainDateOf } from '@open-bcl/core/dates.ts'
import type { Address } from '@open-bcl/modules/residents/residents.ts'
import { demoDay, sure, type DraftHousehold, type DraftPerson, type Relation } from './drafts.ts'
import { foreignNames, givenName, surname, type Word } from './names.ts'
import { addressAt, type DemoPlace } from './places.ts'
import type { Random, Weighted } from './random.ts'

const demoYear = Number(demoDay.slice(0, 4))

/** A birthday of somebody who is `age` on the demonstration day. */
function birthday(random: Random, age: number): PlainDate {
  const anniversary = plainDateOf(demoYear - age, Number(demoDay.slice(5, 7)), Number(demoDay.slice(8, 10)))!
  return addDays(anniversary, -random.int(0, 364))
}

const elsewhere = [
  '岐阜県高山市花岡町二丁目18番地',
  '岐阜県岐阜市司町40番地1',
  '岐阜県大垣市丸の内二丁目29番地',
  '富山県富山市新桜町7番38号',
  '愛知県名古屋市中区三の丸三丁目1番1号',
  '石川県金沢市広坂一丁目1番1号',
  '長野県松本市丸の内3番7号',
  '東京都千代田区九段南一丁目2番1号',
  '大阪府大阪市北区中之島一丁目3番20号',
  '岐阜県下呂市森960番地',
  '岐阜県白川村鳩谷517番地',
]

/** What a household of the town is like: how often, and who lives in it (`head` is the head's age). */
type Plan = { readonly share: number; readonly make: (random: Random, family: Word) => DraftPerson[] }

function member(random: Random, family: Word, male: boolean, age: number, relation: Relation): DraftPerson {
  const born = birthday(random, age)
  const [given, givenKana] = givenName(random, male, Number(born.slice(0, 4)))
  const cameLater = age >= 20 && random.chance(relation === '妻' || relation === '子の妻' ? 0.55 : 0.25)
  const since = cameLater
    ? addDays(born, random.int(18 * 365, Math.max(19 * 365, Math.min(age * 365 - 30, 60 * 365))))
    : born
  return {
    name: { full: `${family[0]}　${given}`, kana: `${family[1]}　${givenKana}` },
    male,
    birth: sure(born),
    relation,
    since: sure(since),
    sinceReason: cameLater ? '国内転入' : '出生',
    ...(cameLater ? { addressBefore: random.pick(elsewhere) } : {}),
  }
}

function children(
  random: Random,
  family: Word,
  motherAge: number,
  relation: Relation,
  count: number,
): DraftPerson[] {
  const eldest = Math.min(motherAge - random.int(25, 33), 24)
  const list: DraftPerson[] = []
  for (let i = 0; i < count; i++) {
    const age = eldest - i * random.int(2, 4)
    if (age >= 0) list.push(member(random, family, random.chance(0.51), age, relation))
  }
  return list
}

/** Old age thins out: women live longer. */
function elderAge(random: Random, from: number, to: number): number {
  return Math.min(random.int(from, to), random.int(from + 8, to + 8))
}

const plans: readonly Plan[] = [
  {
    share: 16,
    make: (random, family) => [
      member(random, family, random.chance(0.34), elderAge(random, 66, 96), '世帯主'),
    ],
  },
  {
    share: 9,
    make: (random, family) => [member(random, family, random.chance(0.68), random.int(20, 64), '世帯主')],
  },
  {
    share: 23,
    make: (random, family) => {
      const age = elderAge(random, 66, 90)
      return [
        member(random, family, true, age, '世帯主'),
        member(random, family, false, age - random.int(0, 5), '妻'),
      ]
    },
  },
  {
    share: 5,
    make: (random, family) => {
      const age = random.int(28, 64)
      return [
        member(random, family, true, age, '世帯主'),
        member(random, family, false, age - random.int(-2, 5), '妻'),
      ]
    },
  },
  {
    share: 12,
    make: (random, family) => {
      const age = random.int(29, 57)
      const wife = age - random.int(-1, 4)
      return [
        member(random, family, true, age, '世帯主'),
        member(random, family, false, wife, '妻'),
        ...children(random, family, wife, '子', random.pick([1, 2, 2, 2, 3])),
      ]
    },
  },
  {
    share: 4,
    make: (random, family) => {
      const age = random.int(28, 55)
      return [
        member(random, family, random.chance(0.15), age, '世帯主'),
        ...children(random, family, age, '子', random.pick([1, 1, 2])),
      ]
    },
  },
  {
    // Three generations, the middle one or the eldest at the head.
    share: 15,
    make: (random, family) => {
      const age = random.int(33, 58)
      const wife = age - random.int(-1, 4)
      const father = random.chance(0.75) && age < 56
      const mother = age + random.int(22, 30)
      if (random.chance(0.6)) {
        return [
          member(random, family, true, age, '世帯主'),
          member(random, family, false, wife, '妻'),
          ...children(random, family, wife, '子', random.pick([1, 2, 2, 3])),
          ...(father ? [member(random, family, true, mother + random.int(0, 5), '父')] : []),
          member(random, family, false, mother, '母'),
        ]
      }
      return [
        member(random, family, father, mother, '世帯主'),
        ...(father ? [member(random, family, false, mother - random.int(0, 4), '妻')] : []),
        member(random, family, true, age, '子'),
        member(random, family, false, wife, '子の妻'),
        ...children(random, family, wife, '子の子', random.pick([1, 2, 2])),
      ]
    },
  },
  {
    // Old parents and a grown child.
    share: 17,
    make: (random, family) => {
      const child = random.int(38, 64)
      const mother = child + random.int(23, 30)
      const both = random.chance(0.55) && mother < 90
      return [
        member(random, family, both, both ? mother + random.int(0, 4) : mother, '世帯主'),
        ...(both ? [member(random, family, false, mother, '妻')] : []),
        member(random, family, random.chance(0.72), child, '子'),
      ]
    },
  },
]
const shares = plans.reduce((sum, plan) => sum + plan.share, 0)

function houseNumber(random: Random, place: DemoPlace): string {
  if (place.name.endsWith('丁目')) return `${random.int(1, 18)}番${random.int(1, 40)}号`
  const lot = random.int(1, 2_800)
  return random.chance(0.35) ? `${lot}番地${random.int(1, 30)}` : `${lot}番地`
}

const buildingWords = ['コーポ', 'メゾン', 'ハイツ', 'グリーンハイツ', 'サンライズ']
const buildingNames = ['さくら', '若葉', '清流', '雪見', 'ひだまり', '北斗', '山彦']

function building(random: Random): string {
  return `${random.pick(buildingWords)}${random.pick(buildingNames)}　${random.int(1, 4)}0${random.int(1, 8)}号室`
}

export type TownCharacter = {
  readonly places: Weighted<DemoPlace>
  /** Share of households in flats. */
  readonly inFlats: number
  /** Share of households of foreign residents. */
  readonly foreign: number
}

const nationalities = ['VNM', 'VNM', 'VNM', 'PHL', 'PHL', 'IDN', 'CHN', 'BRA'] as const

function foreignWorker(random: Random): DraftPerson {
  const nationalityCode = random.pick(nationalities)
  const { nationality, family, given } = foreignNames[nationalityCode]
  const [familyLatin, familyKana] = random.pick(family)
  const [givenLatin, givenKana] = random.pick(given)
  const age = random.int(20, 42)
  const latin = `${familyLatin} ${givenLatin}`
  const person = {
    name: { full: latin, kana: `${familyKana}　${givenKana}`, latin },
    male: random.chance(0.5),
    birth: sure(birthday(random, age)),
    relation: '世帯主',
    since: sure(addDays(demoDay, -random.int(30, 1_800))),
    sinceReason: '国外転入等',
  } as const
  const statusOfResidence = random.pick(['201', '202', '101'])
  const until = addDays(demoDay, random.int(60, 1_100))
  // 永住者 stay without a limit.
  const forEver = statusOfResidence === '101'
  return {
    ...person,
    foreign: {
      nationalityCode,
      nationality,
      article30_45: '01',
      statusOfResidence,
      period: { years: forEver ? '' : '03', months: '', days: '' },
      periodUntil: forEver ? null : until,
    },
  }
}

/** One household of the many. */
export function randomHousehold(random: Random, town: TownCharacter): DraftHousehold {
  const place = town.places.pick(random)
  const abroad = random.chance(town.foreign)
  const flat = abroad || random.chance(town.inFlats)
  const address = addressAt(place, houseNumber(random, place), flat ? building(random) : '')
  if (abroad) return { address, members: [foreignWorker(random)] }
  let left = random.next() * shares
  const plan = plans.find(({ share }) => (left -= share) < 0) ?? plans[0]!
  const members = plan.make(random, surname(random))
  return { address, members: random.chance(0.08) ? movedWithin(random, town, members) : members }
}

/** The household moved inside the town some time ago: those born by then have an older version at the old address. */
function movedWithin(random: Random, town: TownCharacter, members: DraftPerson[]): DraftPerson[] {
  const day = addDays(demoDay, -random.int(10, 4_000))
  const oldPlace = town.places.pick(random)
  const from: Address = addressAt(oldPlace, houseNumber(random, oldPlace))
  return members.map((one) =>
    one.since.on !== null && one.since.on < day ? { ...one, change: { on: day, reason: '転居', from } } : one,
  )
}
