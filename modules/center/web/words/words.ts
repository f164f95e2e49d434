import type { ExchangeKindCode } from '../../../certificates/exchange.contract.ts'
import type { listKioskChoices, OfferedKind } from '../../kiosk.contract.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { en } from './en.ts'
import { ja, type Words } from './ja.ts'
import { vi } from './vi.ts'
import { yasashii } from './yasashii.ts'
import { zh } from './zh.ts'

/** 言語 of the screens, in the order of the buttons. */
export type Lang = 'ja' | 'en' | 'zh' | 'vi' | 'yasashii'

/** `tag` is the language of the document and of its voice (BCP 47); `name` is said in the language itself. */
export const languages: Readonly<
  Record<Lang, { readonly name: string; readonly tag: string; readonly words: Words }>
> = {
  ja: { name: '日本語', tag: 'ja', words: ja },
  en: { name: 'English', tag: 'en', words: en },
  zh: { name: '中文', tag: 'zh-CN', words: zh },
  vi: { name: 'Tiếng Việt', tag: 'vi', words: vi },
  yasashii: { name: 'やさしい日本語', tag: 'ja', words: yasashii },
}

/** A kind of the protocol that the screen cannot name does not compile. */
type NamesAll = ExchangeKindCode extends keyof Words['kinds'] ? true : never
const named: NamesAll = true
void named

const has = <T extends object>(record: T, key: string): key is string & keyof T => Object.hasOwn(record, key)

/** In the person's language; the Japanese name stands below it, as it stands on the paper. */
export function kindName(words: Words, kind: OfferedKind): string {
  return words !== ja && has(words.kinds, kind.kind) ? words.kinds[kind.kind] : kind.ja
}

export type OfferedChoice = Extract<OutputOf<typeof listKioskChoices>, { kind: 'choices' }>['choices'][number]

export function choiceName(words: Words, choice: OfferedChoice): string {
  return words !== ja && has(words.choices, choice.name) ? words.choices[choice.name] : choice.ja
}

/** Names of people stay as the register has them; so does what a town's own server offers of its own. */
export function optionName(
  words: Words,
  choice: OfferedChoice,
  option: OfferedChoice['options'][number],
): string {
  if (words === ja || choice.take === 'some' || !has(words.choices, choice.name)) return option.ja
  if (choice.name === 'year') {
    return /^\d{4}$/.test(option.value) ? words.options.year(option.ja, Number(option.value)) : option.ja
  }
  const { year: _year, ...plain } = words.options
  return has(plain, option.value) ? plain[option.value] : option.ja
}

/** What a refusal's code is about, as finely as a person may know it. */
export function refusalGroup(code: number): keyof Words['refusals'] {
  if (code === 110) return 'cardLater'
  if (code === 106 || code === 107) return 'cardAgain'
  if (code === 204) return 'session'
  if (code === 501) return 'hours'
  if (code === 505 || code === 507) return 'busy'
  if (code === 506) return 'notHere'
  const groups = ['card', 'who', 'person', 'content', 'service', 'state'] as const
  return groups[Math.floor(code / 100) - 1] ?? (code >= 900 ? 'integrity' : 'state')
}

/** The issuing server's own sentence is Japanese; in another language ours of the same group. */
export function refusalText(words: Words, code: number, sentence: string): string {
  return words === ja ? sentence : words.refusals[refusalGroup(code)]
}

const problemKeys: Readonly<Record<string, keyof Words['problems']>> = {
  '': 'silent',
  'platform/busy': 'busy',
  'center/issuer-unreachable': 'issuerUnreachable',
  'center/issuer-fault': 'issuerFault',
  'center/session-ended': 'sessionEnded',
  'center/wrong-step': 'wrongStep',
  'center/damaged-document': 'damaged',
  'center/clock': 'machine',
  'center/bad-signature': 'machine',
  'center/unknown-kiosk': 'machine',
}

/** @param type the problem's code, '' = nobody answered */
export function problemKey(type: string): keyof Words['problems'] {
  return Object.hasOwn(problemKeys, type) ? problemKeys[type]! : 'unexpected'
}
