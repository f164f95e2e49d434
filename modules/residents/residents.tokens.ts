import { foldForms } from '@open-bcl/core/ja/fold.ts'
import type { SearchField } from './residents.fields.ts'

/** A town has so many different grams at most; one with more makes the rest anew each time. */
const MOST_GRAMS = 200_000

/** One gram: its token, and in which text it was last met. */
type Gram<Token> = { readonly token: Token; metIn: number }
type Character<Token> = { readonly alone: Gram<Token>; readonly before: Map<number, Gram<Token>> }

/**
 * The tokens of texts, as `indexGrams` cuts them. A city's names and addresses are made of the same grams over and over:
 * each is hashed once, and found again by its code points without making a string of it.
 */
export class TokenCache<Token> {
  readonly #make: (field: SearchField, gram: string) => Token
  readonly #fields: Readonly<Record<SearchField, Map<number, Character<Token>>>> = {
    name: new Map(),
    kana: new Map(),
    address: new Map(),
  }
  /** A household stands together in a file, at one address. */
  readonly #last: Record<SearchField, { text: string; tokens: readonly Token[] }> = {
    name: { text: '', tokens: [] },
    kana: { text: '', tokens: [] },
    address: { text: '', tokens: [] },
  }
  #size = 0
  #texts = 0

  constructor(make: (field: SearchField, gram: string) => Token) {
    this.#make = make
  }

  /** The distinct tokens under which a stored text is found. */
  of(field: SearchField, text: string): readonly Token[] {
    const last = this.#last[field]
    if (last.text === text) return last.tokens
    const tokens: Token[] = []
    this.#texts += 1
    for (const form of foldForms(text)) this.#add(field, form, tokens)
    last.text = text
    last.tokens = tokens
    return tokens
  }

  #add(field: SearchField, folded: string, into: Token[]): void {
    const characters = this.#fields[field]
    const text = this.#texts
    let previous = -1
    for (let i = 0; i < folded.length; i++) {
      const code = folded.codePointAt(i)!
      let character = characters.get(code)
      if (character === undefined) {
        character = { alone: this.#gram(field, code), before: new Map() }
        if (this.#size++ < MOST_GRAMS) characters.set(code, character)
      }
      if (character.alone.metIn !== text) {
        character.alone.metIn = text
        into.push(character.alone.token)
      }
      if (previous !== -1) {
        let pair = character.before.get(previous)
        if (pair === undefined) {
          pair = this.#gram(field, previous, code)
          if (this.#size++ < MOST_GRAMS) character.before.set(previous, pair)
        }
        if (pair.metIn !== text) {
          pair.metIn = text
          into.push(pair.token)
        }
      }
      previous = code
      // The second half of a surrogate pair.
      if (code > 0xffff) i += 1
    }
  }

  #gram(field: SearchField, ...codes: readonly number[]): Gram<Token> {
    return { token: this.#make(field, String.fromCodePoint(...codes)), metIn: 0 }
  }
}
