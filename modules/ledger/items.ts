import { z } from 'zod'

/** How the value of an item is given. `derived`: another record of the system holds the fact, and the page shows it there. */
export type ItemType =
  | 'derived'
  | 'text'
  | 'choice'
  | 'choices'
  | 'date'
  | 'number'
  | 'place'
  | 'contacts'
  | 'consent'

type Choice = { readonly value: string; readonly label: string }

/** Who owns the fact: the register, the clerks on this page, or another part of the system. */
export type ItemOwner = 'register' | 'clerk' | 'household' | 'risai' | 'support' | 'disclosure'

export type ItemDefinition = {
  readonly key: string
  readonly name: string
  /** 法定の事項 can be neither hidden nor renamed. */
  readonly statutory: boolean
  /** The article; empty for what no law names. */
  readonly law: string
  readonly type: ItemType
  readonly owner: ItemOwner
  readonly choices?: readonly Choice[]
  readonly hint?: string
}

const act = (no: string): string => `災害対策基本法90条の3第2項${no}`
const rule = (no: string): string => `災害対策基本法施行規則8条の5第${no}号`
const yesNo = [
  { value: 'yes', label: 'はい' },
  { value: 'no', label: 'いいえ' },
] as const

/** 人的被害. */
export const humanDamages = [
  { value: 'none', label: '被害なし' },
  { value: 'dead', label: '死亡' },
  { value: 'missing', label: '行方不明' },
  { value: 'severe', label: '重傷' },
  { value: 'slight', label: '軽傷' },
  { value: 'unknown', label: '未確認' },
] as const

/** 要配慮の事由. */
export const careNeeds = [
  { value: 'none', label: '配慮を要しない（確認済み）' },
  { value: 'elderly', label: '高齢' },
  { value: 'nursing-care', label: '要介護・要支援' },
  { value: 'physical', label: '身体障害' },
  { value: 'intellectual', label: '知的障害・発達障害' },
  { value: 'mental', label: '精神障害' },
  { value: 'illness', label: '難病・慢性疾患・医療的ケア' },
  { value: 'pregnant', label: '妊産婦' },
  { value: 'infant', label: '乳幼児' },
  { value: 'language', label: '日本語での意思疎通が難しい' },
  { value: 'alone', label: '一人での避難生活が難しい' },
  { value: 'other', label: 'その他' },
] as const

/** 今いる場所の種類. */
export const placeKinds = [
  { value: 'home', label: '自宅' },
  { value: 'shelter', label: '避難所' },
  { value: 'relatives', label: '親族・知人の家' },
  { value: 'car', label: '車中・テント' },
  { value: 'temporary-housing', label: '応急仮設住宅・みなし仮設' },
  { value: 'hotel', label: 'ホテル・旅館' },
  { value: 'hospital', label: '病院・施設' },
  { value: 'moved', label: '転居先' },
  { value: 'unknown', label: '不明' },
  { value: 'other', label: 'その他' },
] as const

export const contactKinds = [
  { value: 'mobile', label: '携帯電話' },
  { value: 'phone', label: '固定電話' },
  { value: 'mail', label: 'メール' },
  { value: 'other', label: 'その他' },
] as const

/** 連絡してよいか. */
export const contactSafeties = [
  { value: 'free', label: '使ってよい' },
  { value: 'self-only', label: '本人が出たときだけ用件を話す' },
  { value: 'no-message', label: '留守番電話・伝言を残さない' },
  { value: 'never', label: '使わない' },
] as const

export const consents = [
  { value: 'given', label: '同意する' },
  { value: 'refused', label: '同意しない' },
  { value: 'withdrawn', label: '同意を取り消す' },
] as const

/**
 * 被災者台帳の記載事項. The legal ones in the order of the law (text of December 2013; the items of the regulation are to be
 * checked against its present text: docs/known-gaps.md), then what most towns keep besides.
 */
export const standardItems: readonly ItemDefinition[] = [
  { key: 'name', name: '氏名', statutory: true, law: act('1号'), type: 'derived', owner: 'register' },
  { key: 'birth', name: '生年月日', statutory: true, law: act('2号'), type: 'derived', owner: 'register' },
  { key: 'sex', name: '性別', statutory: true, law: act('3号'), type: 'derived', owner: 'register' },
  { key: 'address', name: '住所', statutory: true, law: act('4号'), type: 'derived', owner: 'register' },
  {
    ...{ key: 'present-place', name: '今いる場所（居所）', statutory: true, law: act('4号') },
    ...{ type: 'place', owner: 'clerk', choices: placeKinds },
  },
  {
    ...{ key: 'dwelling-damage', name: '住家の被害', statutory: true, law: act('5号') },
    ...{ type: 'derived', owner: 'risai' },
  },
  {
    ...{ key: 'human-damage', name: '人的被害', statutory: true, law: act('5号') },
    ...{ type: 'choice', owner: 'clerk', choices: humanDamages },
  },
  {
    ...{ key: 'other-damage', name: 'その他の被害の状況', statutory: true, law: act('5号') },
    ...{ type: 'text', owner: 'clerk', hint: '家財、車、農地、仕事などの被害' },
  },
  {
    ...{ key: 'assistance', name: '援護の実施の状況', statutory: true, law: act('6号') },
    ...{ type: 'derived', owner: 'support' },
  },
  {
    ...{ key: 'needs', name: '要配慮者である旨と事由', statutory: true, law: act('7号') },
    ...{ type: 'choices', owner: 'clerk', choices: careNeeds },
  },
  {
    ...{ key: 'contacts', name: '電話番号その他の連絡先', statutory: true, law: rule('1') },
    ...{ type: 'contacts', owner: 'clerk' },
  },
  {
    ...{ key: 'household', name: '世帯の構成', statutory: true, law: rule('2') },
    ...{ type: 'derived', owner: 'household' },
  },
  {
    ...{ key: 'certificates', name: '罹災証明書の交付の状況', statutory: true, law: rule('3') },
    ...{ type: 'derived', owner: 'risai' },
  },
  {
    ...{ key: 'consent', name: '台帳情報の提供の同意と提供先', statutory: true, law: rule('4') },
    ...{ type: 'consent', owner: 'clerk', choices: consents },
  },
  {
    ...{ key: 'disclosures', name: '台帳情報を提供した旨と日時', statutory: true, law: rule('5') },
    ...{ type: 'derived', owner: 'disclosure' },
  },
  {
    ...{ key: 'needs-detail', name: '配慮の内容', statutory: false, law: '' },
    ...{ type: 'text', owner: 'clerk', hint: '薬、医療機器、食事、付添い、補助犬など' },
  },
  {
    ...{ key: 'medical', name: '医療の状況', statutory: false, law: '' },
    ...{ type: 'text', owner: 'clerk', hint: '入院先、透析、酸素など' },
  },
  { key: 'language', name: '使う言葉', statutory: false, law: '', type: 'text', owner: 'clerk' },
  {
    ...{ key: 'tenure', name: '住まいの所有関係', statutory: false, law: '', type: 'choice', owner: 'clerk' },
    choices: [
      { value: 'owned', label: '持家' },
      { value: 'rented', label: '民間の賃貸' },
      { value: 'public', label: '公営住宅' },
      { value: 'company', label: '社宅・寮' },
      { value: 'other', label: 'その他' },
    ],
  },
  {
    ...{
      key: 'rebuilding',
      name: '住まいの再建の意向',
      statutory: false,
      law: '',
      type: 'choice',
      owner: 'clerk',
    },
    choices: [
      { value: 'build', label: '建設・購入' },
      { value: 'repair', label: '補修' },
      { value: 'rent', label: '民間の賃貸' },
      { value: 'public', label: '公営住宅' },
      { value: 'undecided', label: '決めていない' },
    ],
  },
  {
    ...{
      key: 'support-needed',
      name: '支援の必要',
      statutory: false,
      law: '',
      type: 'choice',
      owner: 'clerk',
    },
    choices: yesNo,
  },
  { key: 'memo', name: '対応の注意', statutory: false, law: '', type: 'text', owner: 'clerk' },
]

/** Types a town may give an item of its own. */
export const ownTypes = [
  { value: 'text', label: '文章' },
  { value: 'choice', label: '一つを選ぶ' },
  { value: 'choices', label: 'いくつでも選ぶ' },
  { value: 'date', label: '日付' },
  { value: 'number', label: '数' },
] as const
type OwnType = (typeof ownTypes)[number]['value']

/** One line of a town's sheet: a standard item that is not legal, or one of its own. The order is the order on the page. */
export type SheetLine = {
  readonly key: string
  /** What the town calls it. */
  readonly name: string
  readonly shown: boolean
  /** Of an item of the town's own; `null` = standard, whose type stands in `standardItems`. */
  readonly own: { readonly type: OwnType; readonly choices: readonly string[] } | null
}

const optional = standardItems.filter(({ statutory }) => !statutory)
const ownKey = /^own-[a-z0-9]{1,20}$/

/** Of a town that has said nothing: everything is shown under its own name. */
export const plainSheet: readonly SheetLine[] = optional.map(({ key, name }) => ({
  key,
  name,
  shown: true,
  own: null,
}))

/** Why a sheet cannot be: legal items stay, nothing is dropped that once held facts, keys and names are single. */
export function faultOfSheet(before: readonly SheetLine[], lines: readonly SheetLine[]): string | null {
  const keys = lines.map(({ key }) => key)
  const names = lines.map(({ name }) => name.trim())
  const legal = standardItems.filter(({ statutory }) => statutory)
  if (legal.some(({ key }) => keys.includes(key)))
    return '法定の項目は、隠すことも名前を変えることもできません'
  if (new Set(keys).size !== keys.length || names.some((name) => name === ''))
    return '名前のない項目か、重なっている項目があります'
  if (new Set([...names, ...legal.map(({ name }) => name)]).size !== names.length + legal.length)
    return '同じ名前の項目があります'
  const known = new Map(before.map((line) => [line.key, line]))
  if (before.some(({ key }) => !keys.includes(key)))
    return '使った項目は消せません。「表示しない」にしてください'
  for (const line of lines) {
    const own = known.get(line.key)?.own
    if (line.own === null ? !optional.some(({ key }) => key === line.key) : !ownKey.test(line.key))
      return '項目の種類が正しくありません'
    if (own && (own.type !== line.own?.type || own.choices.some((one, i) => line.own?.choices[i] !== one)))
      return '項目の種類は変えられません。選択肢は、後ろに足せます'
    if (line.own && /^choices?$/.test(line.own.type) && line.own.choices.length === 0)
      return '選択肢を入力してください'
  }
  return null
}

/** The items of a town in the order of its page: the legal ones, then the sheet's. Hidden ones are among them, marked. */
export function itemsOf(
  sheet: readonly SheetLine[],
): readonly (ItemDefinition & { readonly shown: boolean; readonly own: boolean })[] {
  const legal = standardItems
    .filter(({ statutory }) => statutory)
    .map((item) => ({ ...item, shown: true, own: false }))
  const later = optional.filter(({ key }) => !sheet.some((line) => line.key === key))
  const lines = sheet.map((line) => {
    const standard = optional.find(({ key }) => key === line.key)
    const { name, shown } = line
    if (standard) return { ...standard, name, shown, own: false }
    const choices = line.own?.choices.map((label, i) => ({ value: `c${i + 1}`, label })) ?? []
    return {
      ...{ key: line.key, name, statutory: false, law: '', owner: 'clerk' as const },
      ...{ type: line.own?.type ?? ('text' as const), shown, own: true, choices },
    }
  })
  return [...legal, ...lines, ...later.map((item) => ({ ...item, shown: true, own: false }))]
}

const words = (most: number): z.ZodString => z.string().trim().max(most, `${most}文字以内で入力してください`)
const day = z.iso.date('日付を入力してください')

/** The value of an item by its type. */
export const ItemValue = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: words(2000).min(1, '内容を入力してください') }),
  z.object({ type: z.literal('choice'), choice: z.string().max(40) }),
  z.object({ type: z.literal('choices'), choices: z.array(z.string().max(40)).max(50), detail: words(500) }),
  z.object({ type: z.literal('date'), date: day }),
  z.object({ type: z.literal('number'), number: z.number() }),
  z.object({
    type: z.literal('place'),
    kind: z.string().max(40),
    where: words(200),
    since: day.nullable(),
    detail: words(500),
  }),
  z.object({
    type: z.literal('contacts'),
    contacts: z
      .array(
        z.object({
          kind: z.enum(['mobile', 'phone', 'mail', 'other']),
          value: words(254).min(1, '連絡先を入力してください'),
          /** 本人、長男、大家 … */
          whose: words(40),
          safety: z.enum(['free', 'self-only', 'no-message', 'never']),
          detail: words(200),
        }),
      )
      .max(10),
  }),
  z.object({
    type: z.literal('consent'),
    consent: z.enum(['given', 'refused', 'withdrawn']),
    on: day,
    /** 書面、口頭、オンライン … */
    method: words(100),
    /** To whom it may be given; empty = whoever helps. */
    recipients: words(500),
  }),
])
export type ItemValue = z.output<typeof ItemValue>

/** What stands in clear of a value, so that people can be picked out by it: choices alone, never words. */
export function codesOf(value: ItemValue): string[] {
  switch (value.type) {
    case 'choice':
      return [value.choice]
    case 'choices':
      return value.choices
    case 'place':
      return [value.kind]
    case 'consent':
      return [value.consent]
    case 'text':
    case 'date':
    case 'number':
    case 'contacts':
      return []
  }
}

/** Whether a value is one that the item takes. */
export function fits(item: Pick<ItemDefinition, 'type' | 'choices'>, value: ItemValue): boolean {
  if (item.type !== value.type) return false
  const allowed = item.choices?.map((choice) => choice.value)
  return allowed === undefined || codesOf(value).every((code) => allowed.includes(code))
}

/** Said of a protected person as well: a choice of the law's own items tells no place. Everything else stays closed. */
export function isTold(item: { readonly key: string }): boolean {
  return ['human-damage', 'needs', 'consent'].includes(item.key)
}

/** A value without its words. */
export function concealValue(value: ItemValue): ItemValue {
  if (value.type === 'choices') return { ...value, detail: '' }
  if (value.type === 'consent') return { ...value, method: '', recipients: '' }
  return value
}

function labelsOf(choices: readonly Choice[] | undefined, codes: readonly string[]): string {
  return codes.map((code) => choices?.find(({ value }) => value === code)?.label ?? code).join('、')
}

/** A value in words, for the page and the time line. */
export function valueText(item: Pick<ItemDefinition, 'choices'>, value: ItemValue): string {
  const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join('　')
  switch (value.type) {
    case 'text':
      return value.text
    case 'choice':
      return labelsOf(item.choices, [value.choice])
    case 'choices':
      return joined(labelsOf(item.choices, value.choices) || 'なし', value.detail)
    case 'date':
      return value.date
    case 'number':
      return String(value.number)
    case 'place':
      return joined(
        labelsOf(placeKinds, [value.kind]),
        value.where,
        value.since === null ? '' : `（${value.since}から）`,
        value.detail,
      )
    case 'contacts':
      return value.contacts
        .map((one) =>
          joined(
            one.whose,
            `${labelsOf(contactKinds, [one.kind])} ${one.value}`,
            `［${labelsOf(contactSafeties, [one.safety])}］`,
            one.detail,
          ),
        )
        .join('／')
    case 'consent':
      return joined(
        labelsOf(consents, [value.consent]),
        `（${value.on}）`,
        value.method,
        value.recipients === '' ? '' : `提供先：${value.recipients}`,
      )
  }
}

/** どこから得た事実か. */
export const itemSources = [
  { value: 'self', label: '本人から' },
  { value: 'family', label: '家族・関係者から' },
  { value: 'visit', label: '訪問・面談' },
  { value: 'form', label: '申請書・届出' },
  { value: 'office', label: 'ほかの課・機関から' },
  { value: 'staff', label: '職員の確認' },
  { value: 'correction', label: '記載の誤りの訂正' },
] as const
export type ItemSource = (typeof itemSources)[number]['value']

/** What has to be asked of every victim: named on the person's page until somebody told it. */
export const askedItems = ['present-place', 'contacts', 'human-damage', 'needs', 'consent'] as const

/** まだ済んでいないこと on the page of a person. */
export const nextSteps = [
  { value: 'decide-differences', label: '住民記録の変更を、台帳に取り込むか決める' },
  { value: 'choose-head', label: '被災時の世帯主を確かめる' },
  { value: 'present-place', label: '今いる場所を聞く' },
  { value: 'contacts', label: '連絡先と、連絡してよい方法を聞く' },
  { value: 'human-damage', label: 'けがなどの人的被害を確かめる' },
  { value: 'needs', label: '配慮が要るかを確かめる' },
  { value: 'consent', label: '台帳の情報を支援団体などへ提供してよいかを聞く' },
] as const
export type NextStep = (typeof nextSteps)[number]['value']
