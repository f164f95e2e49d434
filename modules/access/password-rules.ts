import { commonPasswordWords } from './frequent-passwords.ts'

/**
 * Which passwords are taken: long ones that nobody tries first. No rule about kinds of characters, and none about age unless
 * a town sets one (NIST SP 800-63B-4 §3.1.1.2).
 */
export const MIN_PASSWORD = 12
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv',
]
const LEET: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
}

export type PasswordFault = 'short' | 'own-name' | 'same' | 'common'

export const passwordFaults: Readonly<Record<PasswordFault, string>> = {
  short: `${MIN_PASSWORD}文字以上にしてください`,
  'own-name': 'IDを含まないものにしてください',
  same: '現在のパスワードと異なるものにしてください',
  common:
    'よく使われる言葉や並びに数字や記号を付けただけのものは使えません。関係のない言葉をいくつか並べてください',
}

/** `null` = it is taken. */
export function passwordFault(
  password: string,
  about: { readonly loginId: string; readonly current?: string },
): PasswordFault | null {
  if ([...password].length < MIN_PASSWORD) return 'short'
  if (password.toLowerCase().includes(about.loginId.toLowerCase())) return 'own-name'
  if (password === about.current) return 'same'
  return isCommon(password) ? 'common' : null
}

function isCommon(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase()
  const once = unrepeated(plain)
  if (new Set(plain).size <= 4 || [...once].length < 6 || isRun(once)) return true
  const word = unrepeated(wordOf(plain))
  // What is left when the word is gone is too little to be a secret.
  return commonPasswordWords.has(word) && plain.length - word.length < MIN_PASSWORD - 2
}

/** `abcabcabc` → `abc` */
function unrepeated(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    const part = text.slice(0, length)
    if (text.length % length === 0 && part.repeat(text.length / length) === text) return part
  }
  return text
}

/** Neighbours of an alphabet or a keyboard, either way, one run after the other. */
function isRun(text: string): boolean {
  const near = (a: string, b: string): boolean =>
    a === b || RUNS.some((run) => run.includes(a + b) || run.includes(b + a))
  const letters = [...text]
  const breaks = letters.filter((letter, i) => i > 0 && !near(letters[i - 1]!, letter)).length
  return breaks <= letters.length / 6
}

function wordOf(plain: string): string {
  const inner = plain.replace(/^[^a-z]+|[^a-z]+$/g, '')
  return [...inner]
    .map((letter) => LEET[letter] ?? letter)
    .join('')
    .replace(/[^a-z]/g, '')
}
