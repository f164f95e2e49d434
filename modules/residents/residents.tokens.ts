import { foldForms } from '@open-bcl/core/ja/fold.ts'
import type { SearchField } from './residents.fields.ts'

/** A town has so many different grams at most; one with more makes the rest anew each time. */
const MOST_GRAMS = 200_000
/** People of one household live at one address and stand together in a file: a short memory finds most of them. */
const MOST_TEXTS = 20_000

type Followers<Token> = { readonly alone: Token; readonly pairs: Map<number, Token> }

/**
 * The tokens of texts, as `indexGrams` cuts them. A city's names and addresses are made of the same grams over and over:
 * each is hashed once, and found again by its code points without making a string of it.
 */
export class TokenCache<Token> {
  readonly #make: (field: SearchField, gram: string) => Token
  readonly #grams: Readonly<Record<SearchField, Map<number, Followers<Token>>>> = {
    name: new Map(),
    kana: new Map(),
    address: new Map(),
  }
  readonly #texts: Readonly<Record<SearchField, Map<string, readonly Token[]>>> = {
    name: new Map(),
    kana: new Map(),
    address: new Map(),
  }
  #size = 0

  constructor(make: (field: SearchField, gram: string) => Token) {
    this.#make = make
  }

  /** The distinct tokens under which a stored text is found. */
  of(field: SearchField, text: string): readonly Token[] {
    const texts = this.#texts[field]
    let tokens = texts.get(text)
    if (tokens === undefined) {
      const found = new Set<Token>()
      for (const form of foldForms(text)) this.#add(field, form, found)
      tokens = [...found]
      if (texts.size >= MOST_TEXTS) texts.clear()
      texts.set(text, tokens)
    }
    return tokens
  }

  #add(field: SearchField, folded: string, into: Set<Token>): void {
    let before: Followers<Token> | undefined
    let beforeCharacter = ''
    for (const character of folded) {
      const code = character.codePointAt(0)!
      const followers = this.#followers(field, character, code)
      into.add(followers.alone)
      if (before !== undefined) {
        let pair = before.pairs.get(code)
        if (pair === undefined) {
          pair = this.#make(field, beforeCharacter + character)
          if (this.#size++ < MOST_GRAMS) before.pairs.set(code, pair)
        }
        into.add(pair)
      }
      before = followers
      beforeCharacter = character
    }
  }

  #followers(field: SearchField, character: string, code: number): Followers<Token> {
    const known = this.#grams[field].get(code)
    if (known !== undefined) return known
    const made: Followers<Token> = { alone: this.#make(field, character), pairs: new Map() }
    if (this.#size++ < MOST_GRAMS) this.#grams[field].set(code, made)
    return made
  }
}
