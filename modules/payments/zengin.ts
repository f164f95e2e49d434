import type { PlainDate } from '@open-bcl/core/brand.ts'
import { partsOf } from '@open-bcl/core/dates.ts'

/** 預金種目 of 全銀協規定: 1 普通, 2 当座, 4 貯蓄. */
export const accountTypes = [
  { value: '1', label: '普通' },
  { value: '2', label: '当座' },
  { value: '4', label: '貯蓄' },
] as const
export type AccountType = (typeof accountTypes)[number]['value']

/** An account as the file names it; names are kana of the file (`toZenginKana`). */
export type BankAccount = {
  /** 4 digits. */
  readonly bankCode: string
  readonly bankName: string
  /** 3 digits. */
  readonly branchCode: string
  readonly branchName: string
  readonly accountType: AccountType
  /** 7 digits. */
  readonly accountNo: string
}

/** 依頼人: the town's own account and its code at the bank. */
export type Remitter = BankAccount & {
  /** 委託者コード, 10 digits. */
  readonly code: string
  readonly name: string
}

export type Transfer = BankAccount & {
  /** 受取人名, kana of the file. */
  readonly holder: string
  readonly amountYen: number
  /** 顧客コード1, up to 10 digits: by it a returned transfer is found again. */
  readonly reference: string
}

const RECORD = 120
const halfKana = new Map<string, string>(
  [...'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンー'].map(
    (full, i) => [full, [...'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ-'][i]!],
  ),
)
/** The file knows no small kana, and of the old ones none. */
const large: Readonly<Record<string, string>> = {
  ...{ ァ: 'ア', ィ: 'イ', ゥ: 'ウ', ェ: 'エ', ォ: 'オ', ッ: 'ツ', ャ: 'ヤ', ュ: 'ユ', ョ: 'ヨ', ヮ: 'ワ' },
  ...{ ヵ: 'カ', ヶ: 'ケ', ヰ: 'イ', ヱ: 'エ' },
}
const marks: Readonly<Record<string, string>> = {
  ...{ '\u3099': 'ﾞ', '\u309a': 'ﾟ', ゛: 'ﾞ', ゜: 'ﾟ', '‐': '-', '－': '-', '−': '-', '―': '-', '–': '-' },
  ...{ '．': '.', '・': '.', '「': '｢', '」': '｣', '\u3000': ' ' },
}
/** 全銀協規定の文字: figures, capitals, kana, and these. */
const allowed = /^[0-9A-Zｱ-ﾝｦﾞﾟ().\-/｢｣\\, ]*$/

/**
 * A name in the letters of the file: half-width kana, large only. `null` = it holds something that the file cannot say
 * (kanji): that is never dropped or guessed.
 */
export function toZenginKana(text: string): string | null {
  let out = ''
  for (const one of text.normalize('NFKC').normalize('NFD').trim()) {
    const katakana = /[ぁ-ゖ]/.test(one) ? String.fromCharCode(one.charCodeAt(0) + 0x60) : one
    const letter = large[katakana] ?? katakana
    out += halfKana.get(letter) ?? marks[letter] ?? letter.toUpperCase()
  }
  const single = out.replace(/ +/g, ' ')
  return allowed.test(single) && single !== '' ? single : null
}

/** Whether two names are the same to a bank: spaces do not count. */
export function sameHolder(a: string, b: string): boolean {
  const bare = (text: string): string => text.replaceAll(' ', '').replaceAll('.', '')
  return bare(a) === bare(b)
}

export type AccountFault = { readonly field: keyof BankAccount | 'holder'; readonly message: string }

/** What of an account a bank would refuse. Names come in any spelling and are folded first. */
export function accountFaults(account: BankAccount & { readonly holder: string }): AccountFault[] {
  const faults: AccountFault[] = []
  const check = (holds: boolean, field: AccountFault['field'], message: string): void => {
    if (!holds) faults.push({ field, message })
  }
  const fits = (text: string, most: number): boolean => {
    const kana = toZenginKana(text)
    return kana !== null && kana.length <= most
  }
  check(
    /^\d{4}$/.test(account.bankCode) && account.bankCode !== '0000',
    'bankCode',
    '金融機関コードは4桁の数字です',
  )
  check(/^\d{3}$/.test(account.branchCode), 'branchCode', '支店コードは3桁の数字です')
  check(
    /^\d{7}$/.test(account.accountNo) && account.accountNo !== '0000000',
    'accountNo',
    '口座番号は7桁の数字です',
  )
  check(fits(account.bankName, 15), 'bankName', '金融機関名は半角カナ15文字以内です')
  check(fits(account.branchName, 15), 'branchName', '支店名は半角カナ15文字以内です')
  check(fits(account.holder, 30), 'holder', '口座名義は半角カナ30文字以内です（漢字は使えません）')
  // ゆうちょ銀行 takes transfers under the three figures made of 記号, never under 記号 itself.
  check(
    account.bankCode !== '9900' || /^\d[0-9]8$|^\d[0-9]9$/.test(account.branchCode),
    'branchCode',
    'ゆうちょ銀行は、振込用の店番（末尾が8又は9の3桁）を入力してください',
  )
  return faults
}

const text = (value: string, width: number): string => {
  if (value.length > width) throw new RangeError('does not fit the record')
  return value.padEnd(width, ' ')
}
const number = (value: number | string, width: number): string => {
  const digits = String(value)
  if (!/^\d+$/.test(digits) || digits.length > width) throw new RangeError('does not fit the record')
  return digits.padStart(width, '0')
}

/**
 * 総合振込 of 全銀協規定: header, one data record a transfer, trailer, end; each of 120 bytes of JIS X 0201 and CR LF.
 * Throws `RangeError` on what was not checked before: a file is whole or there is none.
 */
export function zenginFile(
  remitter: Remitter,
  transferOn: PlainDate,
  transfers: readonly Transfer[],
): Uint8Array {
  const { month, day } = partsOf(transferOn)
  const kana = (words: string, width: number): string => {
    const folded = toZenginKana(words)
    if (folded === null) throw new RangeError('holds letters that the file does not know')
    return text(folded, width)
  }
  const header = [
    '1',
    '21',
    '0',
    number(remitter.code, 10),
    kana(remitter.name, 40),
    number(month, 2) + number(day, 2),
    number(remitter.bankCode, 4),
    kana(remitter.bankName, 15),
    number(remitter.branchCode, 3),
    kana(remitter.branchName, 15),
    remitter.accountType,
    number(remitter.accountNo, 7),
    ' '.repeat(17),
  ].join('')
  const records = transfers.map((one) => {
    if (!Number.isInteger(one.amountYen) || one.amountYen <= 0) throw new RangeError('no sum to transfer')
    return [
      '2',
      number(one.bankCode, 4),
      kana(one.bankName, 15),
      number(one.branchCode, 3),
      kana(one.branchName, 15),
      ' '.repeat(4),
      one.accountType,
      number(one.accountNo, 7),
      kana(one.holder, 30),
      number(one.amountYen, 10),
      '0',
      number(one.reference, 10),
      ' '.repeat(10),
      // 7 電信扱い
      '7',
      ' ',
      ' '.repeat(7),
    ].join('')
  })
  const total = transfers.reduce((sum, one) => sum + one.amountYen, 0)
  const trailer = `8${number(transfers.length, 6)}${number(total, 12)}${' '.repeat(101)}`
  const lines = [header, ...records, trailer, `9${' '.repeat(119)}`]
  const bytes = new Uint8Array(lines.length * (RECORD + 2))
  for (const [row, line] of lines.entries()) {
    if (line.length !== RECORD) throw new RangeError('a record is not of 120 bytes')
    for (let i = 0; i < RECORD; i++) bytes[row * (RECORD + 2) + i] = byteOf(line.charCodeAt(i))
    bytes.set([13, 10], row * (RECORD + 2) + RECORD)
  }
  return bytes
}

/** JIS X 0201: ASCII as it is, half-width kana from 0xA1. */
function byteOf(code: number): number {
  if (code >= 0x20 && code < 0x7f) return code
  if (code >= 0xff61 && code <= 0xff9f) return code - 0xff61 + 0xa1
  throw new RangeError('no letter of JIS X 0201')
}

/** JIS X 0201: 「レンシユウ」. */
const PRACTICE = Uint8Array.of(0xda, 0xdd, 0xbc, 0xd5, 0xb3)

/** The file of a practice, to be looked at: no record has its length or its kind any more, so that no bank takes it. */
export function spoilt(file: Uint8Array): Uint8Array {
  const records: Uint8Array[] = []
  for (let at = 0; at < file.length; at += RECORD + 2)
    records.push(PRACTICE, file.subarray(at, at + RECORD + 2))
  return Buffer.concat(records)
}

/** What a file says, read back by itself: before it leaves, count and sum are compared with the run. */
export function readZengin(bytes: Uint8Array): {
  readonly count: number
  readonly totalYen: number
  readonly transfers: readonly {
    readonly reference: string
    readonly amountYen: number
    readonly holder: string
  }[]
} {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += RECORD + 2) {
    const row = [...bytes.subarray(at, at + RECORD)].map((byte) =>
      String.fromCharCode(byte >= 0xa1 ? byte - 0xa1 + 0xff61 : byte),
    )
    rows.push(row.join(''))
  }
  const data = rows.filter((row) => row[0] === '2')
  const trailer = rows.find((row) => row[0] === '8')
  if (rows[0]?.[0] !== '1' || trailer === undefined || rows.at(-1)?.[0] !== '9')
    throw new RangeError('not a whole file')
  return {
    count: Number(trailer.slice(1, 7)),
    totalYen: Number(trailer.slice(7, 19)),
    transfers: data.map((row) => ({
      holder: row.slice(50, 80).trimEnd(),
      amountYen: Number(row.slice(80, 90)),
      reference: row.slice(91, 101),
    })),
  }
}
