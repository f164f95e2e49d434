import type { PlainDate } from '@open-bcl/core/brand.ts'
import { readDate } from '../manual/manual.dates.ts'
import { foldName } from '../manual/manual.guess.ts'
import type { SexCode } from '../residents/residents.ts'
import type { ListedPerson } from './matching.ts'

/** What a column of a list may be, and the names that lists give it. */
export const targets = [
  {
    value: 'name',
    label: '氏名',
    names: [
      '氏名',
      '名前',
      'お名前',
      '避難者氏名',
      '申請者氏名',
      '宿泊者氏名',
      '利用者氏名',
      '漢字氏名',
      '被災者氏名',
      '代表者氏名',
      'name',
    ],
  },
  { value: 'family', label: '氏', names: ['氏', '姓', '苗字', '名字'] },
  { value: 'given', label: '名', names: ['名', '下の名前'] },
  {
    value: 'kana',
    label: 'フリガナ',
    names: [
      'フリガナ',
      'ふりがな',
      'カナ',
      'カナ氏名',
      '氏名カナ',
      '氏名（カナ）',
      '氏名フリガナ',
      'ヨミガナ',
      '読み',
      'よみがな',
      'お名前（カナ）',
    ],
  },
  {
    value: 'familyKana',
    label: '氏のフリガナ',
    names: ['セイ', '氏カナ', '姓カナ', '姓（カナ）', '姓フリガナ'],
  },
  { value: 'givenKana', label: '名のフリガナ', names: ['メイ', '名カナ', '名（カナ）', '名フリガナ'] },
  {
    value: 'birth',
    label: '生年月日',
    names: ['生年月日', '誕生日', '生年月日（西暦）', '生年月日（和暦）', '生まれ', 'birth'],
  },
  { value: 'age', label: '年齢', names: ['年齢', '歳', '満年齢', 'age'] },
  { value: 'sex', label: '性別', names: ['性別', '性', '男女', 'sex'] },
  {
    value: 'address',
    label: '住所',
    names: [
      '住所',
      '現住所',
      '自宅住所',
      'ご住所',
      '被災時の住所',
      '住民票の住所',
      '自宅',
      '居住地',
      'address',
    ],
  },
  {
    value: 'phone',
    label: '電話番号',
    names: ['電話番号', '電話', '携帯電話', '携帯', '連絡先', '連絡先電話番号', 'TEL', '携帯番号'],
  },
  {
    value: 'household',
    label: '世帯（番号・世帯主）',
    names: ['世帯', '世帯番号', '世帯主', '世帯主氏名', '家族番号', '世帯代表者'],
  },
  {
    value: 'place',
    label: '居所（避難所・宿泊先など）',
    names: [
      '避難所',
      '避難所名',
      '避難先',
      '宿泊先',
      '施設名',
      'ホテル名',
      '居所',
      '滞在先',
      '部屋番号',
      '入所施設',
    ],
  },
  { value: 'note', label: '備考', names: ['備考', 'メモ', '特記事項', '配慮事項', '要配慮事項', '健康状態'] },
] as const
export type Target = (typeof targets)[number]['value']

export function isTarget(text: string): text is Target {
  return targets.some(({ value }) => value === text)
}

/** Values that must not be taken: 個人番号 and the like stand in some lists. */
const secretNames = ['個人番号', 'マイナンバー', '住民票コード'].map(foldName)
export function isSecretColumn(header: string): boolean {
  return secretNames.includes(foldName(header))
}

const named = new Map(targets.flatMap(({ value, names }) => names.map((name) => [foldName(name), value])))

/** How a list of this header is best read; `samples` by row decide where a header says nothing. */
export function guessTargets(
  header: readonly string[],
  samples: readonly (readonly string[])[],
): (Target | null)[] {
  const found: (Target | null)[] = header.map((name) => named.get(foldName(name)) ?? null)
  const once = new Set<Target>()
  const kept = found.map((target) => {
    // Several columns may be notes or a place (建物＋部屋); of the rest the first is meant.
    if (target === null || target === 'place' || target === 'note') return target
    if (once.has(target)) return null
    once.add(target)
    return target
  })
  return kept.map((target, i) => {
    if (target !== null || isSecretColumn(header[i] ?? '')) return target
    const guessed = lookOf(samples.map((cells) => cells[i] ?? ''))
    if (guessed === null || once.has(guessed)) return null
    once.add(guessed)
    return guessed
  })
}

function lookOf(cells: readonly string[]): Target | null {
  const filled = cells.map((cell) => cell.trim().normalize('NFKC')).filter((cell) => cell !== '')
  if (filled.length === 0) return null
  const most = (holds: (cell: string) => boolean): boolean =>
    filled.filter(holds).length > filled.length * 0.7
  if (most((cell) => /\D/.test(cell) && readDate(cell).kind === 'day')) return 'birth'
  if (most((cell) => /^(男|女|男性|女性)$/.test(cell))) return 'sex'
  if (most((cell) => /^0\d{1,4}-?\d{1,4}-?\d{3,4}$/.test(cell))) return 'phone'
  return null
}

const sexWords: Readonly<Record<string, SexCode>> = {
  ...{ 男: '1', 男性: '1', m: '1', male: '1', '1': '1', 夫: '1', 父: '1' },
  ...{ 女: '2', 女性: '2', f: '2', female: '2', '2': '2', 妻: '2', 母: '2' },
}

export type RowFinding = { readonly line: number; readonly item: string; readonly message: string }

const LONGEST = {
  name: 100,
  kana: 100,
  address: 200,
  phone: 30,
  household: 100,
  place: 200,
  note: 500,
} as const

/** One row of a list. What cannot be read is said and left out; without a name or kana there is nobody (`null`). */
export function readListed(
  line: number,
  cells: readonly string[],
  chosen: readonly (Target | null)[],
): { readonly row: ListedPerson | null; readonly findings: readonly RowFinding[] } {
  const findings: RowFinding[] = []
  const all = (target: Target): string[] =>
    chosen
      .flatMap((one, i) => (one === target ? [(cells[i] ?? '').trim()] : []))
      .filter((text) => text !== '')
  const cut = (target: keyof typeof LONGEST, text: string): string => {
    if (text.length <= LONGEST[target]) return text
    const label = targets.find(({ value }) => value === target)!.label
    findings.push({ line, item: label, message: `${LONGEST[target]}文字を超えるため、後ろを切りました` })
    return text.slice(0, LONGEST[target])
  }
  const joined = (whole: Target, family: Target, given: Target): string =>
    all(whole)[0] ?? [...all(family), ...all(given)].join('　')
  const name = cut('name', stripTitle(joined('name', 'family', 'given')))
  const kana = cut('kana', joined('kana', 'familyKana', 'givenKana'))
  if (name === '' && kana === '') {
    if (cells.some((cell) => cell.trim() !== ''))
      findings.push({ line, item: '氏名', message: '氏名もフリガナもないため、取り込みません' })
    return { row: null, findings }
  }
  const written = all('birth')[0] ?? ''
  const day = readDate(written)
  if (day.kind === 'unreadable' || (day.kind === 'uncertain' && day.impossible))
    findings.push({ line, item: '生年月日', message: '日付として読めません。ほかの項目で照合します' })
  const ageText = (all('age')[0] ?? '').normalize('NFKC').replace(/[歳才]$/, '')
  const age = /^\d{1,3}$/.test(ageText) ? Number(ageText) : null
  return {
    row: {
      name: name === '' ? kana : name,
      kana,
      birthOn: day.kind === 'day' ? (day.day as PlainDate) : null,
      birthText: day.kind === 'day' ? '' : written.slice(0, 40),
      age: age !== null && age <= 125 ? age : null,
      sex: sexWords[(all('sex')[0] ?? '').normalize('NFKC').toLowerCase()] ?? '3',
      address: cut('address', all('address')[0] ?? ''),
      phone: cut('phone', all('phone')[0] ?? ''),
      household: cut('household', all('household')[0] ?? ''),
      place: cut('place', all('place').join(' ')),
      note: cut('note', all('note').join(' ')),
    },
    findings,
  }
}

/** 「山田太郎様」「山田太郎（父）」 */
function stripTitle(name: string): string {
  return name
    .replace(/[（(][^（()）]*[)）]\s*$/u, '')
    .replace(/\s*(様|さま|さん|殿|氏|君|ちゃん)$/u, '')
    .trim()
}
