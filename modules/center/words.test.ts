import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchangeKinds } from '../certificates/exchange.contract.ts'
import { refusals } from '../certificates/refusals.ts'
import { centerProblems } from './center.messages.ts'
import { jpkiRefusalCodes } from './jpki.ts'
import { choicePages } from './web/kiosk-visit.ts'
import {
  kindName,
  languages,
  optionName,
  problemKey,
  refusalGroup,
  refusalText,
  type OfferedChoice,
} from './web/words/words.ts'

const all = Object.values(languages).map(({ words }) => words)

/** Every sentence of a catalogue, functions called with small numbers. */
function sentences(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return [String((value as (...given: unknown[]) => unknown)(3, 2, 1))]
  return Object.values(value as object).flatMap(sentences)
}

test('no language leaves a sentence empty that another one says', () => {
  const counts = all.map((words) => sentences(words).length)
  assert.equal(new Set(counts).size, 1)
  const empty = all.map((words) => sentences(words).flatMap((text, at) => (text.trim() === '' ? [at] : [])))
  for (const one of empty) assert.deepEqual(one, empty[0])
})

test('English, Chinese and Vietnamese hold no kana; やさしい日本語 gives every word of Chinese characters its reading', () => {
  for (const lang of ['en', 'zh', 'vi'] as const) {
    const kana = sentences(languages[lang].words).filter((text) => /[ぁ-んァ-ヶ]/.test(text))
    // What the sample arguments bring along is theirs.
    assert.deepEqual(kana, [])
  }
  const bare = sentences(languages.yasashii.words).filter((text) =>
    /[一-龠々](?![一-龠々]|（[ぁ-んァ-ヶー]+）)/.test(text.replaceAll(/[一-龠々]+（[ぁ-んァ-ヶー]+）/g, '')),
  )
  assert.deepEqual(bare, [])
})

test('every refusal has words, and all reasons that lie in the person have the same ones', () => {
  const codes = [...Object.keys(refusals).map(Number), ...Object.values(jpkiRefusalCodes)]
  for (const { words } of Object.values(languages).slice(1))
    for (const code of codes)
      assert.equal(refusalText(words, code, '断り'), words.refusals[refusalGroup(code)])
  const persons = codes.filter((code) => code >= 300 && code < 400).map(refusalGroup)
  assert.deepEqual([...new Set(persons)], ['person'])
  assert.equal(refusalText(languages.ja.words, 300, '断り'), '断り', 'in Japanese the server’s own sentence')
})

test('every problem a kiosk may meet has words', () => {
  const spoken = Object.values(centerProblems)
    .map(({ code }) => code)
    .filter((code) => problemKey(code) === 'unexpected')
  // Of the machine's own keys, codes and registry; a person never causes them.
  for (const code of spoken) assert.match(code, /replayed|enrolment|codes|not-enough|kiosk|admi/)
})

test('every kind of the protocol has a name; what a town’s own server offers of its own is shown as it came', () => {
  const priced = { feeYen: 0, printingYen: 0, maxCopies: 1 }
  for (const [kind, { ja }] of Object.entries(exchangeKinds))
    for (const words of all.slice(1))
      assert.notEqual(kindName(words, { kind, ja: 'as it came', ...priced }), 'as it came', ja)
  const own: OfferedChoice = {
    name: 'colour',
    ja: '色',
    take: 'one',
    options: [{ value: 'yes', ja: '赤' }],
    default: 'yes',
  }
  assert.equal(optionName(languages.en.words, own, own.options[0]!), '赤')
})

test('what has one option is no choice, and switches come six at a time behind everything else', () => {
  const choice = (name: string, values: string[], take: 'one' | 'some' = 'one'): OfferedChoice => ({
    name,
    ja: name,
    take,
    options: values.map((value) => ({ value, ja: value })),
    default: values[0]!,
  })
  const items = Array.from({ length: 7 }, (_, no) => choice(`item${no}`, ['yes', 'no']))
  const pages = choicePages([...items, choice('year', ['2026']), choice('members', ['a', 'b'], 'some')])
  assert.deepEqual(
    pages.map((page) => (page.kind === 'items' ? page.items.length : page.choice.name)),
    ['members', 6, 1],
  )
})
