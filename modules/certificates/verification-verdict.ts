import {
  decodePage,
  isSignedBy,
  payloadIn,
  toHex,
  wordsOf,
  type PageCode,
  type PageWords,
} from './verification.ts'

/** The published keys of one town, as `PaperKeys` of the contract has them. */
export type TownKeys = {
  readonly municipalityCode: string
  readonly municipalityName: string
  readonly keys: readonly {
    readonly keyId: number
    /** P-256 point, uncompressed, base64. */
    readonly publicKey: string
    readonly fromOn: string
    readonly untilOn: string | null
    readonly revokedFrom: string | null
  }[]
}

/** What the town's cloud says of a paper (`checkPaper`). */
export type PaperRecord = {
  readonly state: 'genuine-and-in-force' | 'withdrawn' | 'not-printed' | 'unknown'
  readonly codes: readonly string[]
}

export type VerdictKind = 'genuine' | 'unconfirmed' | 'withdrawn' | 'altered' | 'unknown'

export const verdictTitles: Readonly<Record<VerdictKind, string>> = {
  genuine: '真正',
  unconfirmed: '署名は真正・有効かどうかは未確認',
  withdrawn: '失効',
  altered: '改ざん・偽造のおそれ',
  unknown: '不明',
}

/** What is told to whoever holds the paper. `said` only where the signature is the town's. */
export type Verdict = {
  readonly kind: VerdictKind
  /** Why, in one or two plain sentences. */
  readonly ja: string
  readonly said: {
    readonly code: PageCode
    readonly page: PageWords
    readonly municipalityName: string
  } | null
}

const verdict = (kind: VerdictKind, ja: string, said: Verdict['said'] = null): Verdict => ({ kind, ja, said })

/** What was scanned or pasted, before any key is asked for. */
export type Scanned =
  | { readonly kind: 'code'; readonly payload: Uint8Array; readonly code: PageCode }
  | { readonly kind: 'none'; readonly verdict: Verdict }

export function scan(text: string): Scanned {
  const payload = payloadIn(text)
  const decoded = payload && decodePage(payload)
  if (!payload || !decoded) {
    return {
      kind: 'none',
      verdict: verdict(
        'unknown',
        'この文字は、証明書の二次元コードではないか、途中で切れています。読み取り直してください。',
      ),
    }
  }
  if (decoded.isOfLaterFormat) {
    return {
      kind: 'none',
      verdict: verdict(
        'unknown',
        'この二次元コードの形式を、この検証プログラムは知りません。新しいものを使ってください。',
      ),
    }
  }
  return { kind: 'code', payload, code: decoded.code }
}

/**
 * Judges a scanned code.
 * @param town keys of the town the code names; `null` = it publishes none
 * @param record what the cloud said; `null` = not asked (without a network)
 */
export async function judge(
  { payload, code }: Extract<Scanned, { kind: 'code' }>,
  town: TownKeys | null,
  record: PaperRecord | null,
): Promise<Verdict> {
  if (!town || town.municipalityCode !== code.municipalityCode)
    return verdict(
      'unknown',
      '二次元コードが名乗る団体の公開鍵がありません。本物かどうかは確かめられません。',
    )
  const key = town.keys.find(({ keyId }) => keyId === code.keyId)
  if (!key)
    return verdict(
      'unknown',
      `二次元コードが名乗る鍵を、${town.municipalityName}は公開していません。鍵の一覧が古いか、偽造されたものです。`,
    )
  const point = Uint8Array.from(atob(key.publicKey), (character) => character.charCodeAt(0))
  if (!(await isSignedBy(payload, point)))
    return verdict(
      'altered',
      `二次元コードは、${town.municipalityName}が署名したものではありません。この紙を信用しないでください。`,
    )
  if (code.issuedOn < key.fromOn || (key.untilOn !== null && code.issuedOn > key.untilOn))
    return verdict(
      'altered',
      '交付日が、署名した鍵の使われた期間の外にあります。この紙を信用しないでください。',
    )

  const page = wordsOf(payload)
  const said = { code, page, municipalityName: town.municipalityName }
  if (key.revokedFrom !== null && code.issuedOn >= key.revokedFrom)
    return verdict(
      'withdrawn',
      `署名した鍵は、${key.revokedFrom}から失効しています。${town.municipalityName}に再交付を求めてください。`,
    )
  if (record === null) {
    // Whoever stole a key writes any day into a code: what is signed with it proves nothing by itself.
    return key.revokedFrom === null
      ? verdict(
          'unconfirmed',
          '二次元コードの署名は正しいものです。紙の記載を下の内容と見比べてください。今も有効かどうかは、インターネットにつないで確かめてください。',
          said,
        )
      : verdict('unknown', '署名した鍵は後に失効しました。インターネットにつないで確かめてください。')
  }
  return judgeRecord(await digestOf(payload), record, said)
}

function judgeRecord(digest: string, record: PaperRecord, said: NonNullable<Verdict['said']>): Verdict {
  const town = said.municipalityName
  if (record.state === 'unknown')
    return verdict(
      'unknown',
      `${town}の交付の記録に、この取引番号がありません。${town}に問い合わせてください。`,
    )
  if (!record.codes.includes(digest))
    return verdict('altered', `${town}の記録にある二次元コードと異なります。この紙を信用しないでください。`)
  switch (record.state) {
    case 'withdrawn':
      return verdict('withdrawn', `この証明書は、交付の後に${town}が失効としました。`, said)
    case 'not-printed':
      return verdict(
        'unknown',
        `${town}の記録では、この証明書の印刷がまだ確認されていません。${town}に問い合わせてください。`,
        said,
      )
    case 'genuine-and-in-force':
      return verdict(
        'genuine',
        `${town}が交付した証明書で、失効していません。紙の記載が下の内容と同じであることを、目で確かめてください。`,
        said,
      )
  }
}

async function digestOf(payload: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(payload))))
}
