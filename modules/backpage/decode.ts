import { CODES, DATA } from './backpage.ts'
import type { ReadCodes } from '@open-bcl/core/picture/code-reader.ts'
import type { GreyPicture } from '@open-bcl/core/picture/grey-picture.ts'
import { askedOf, openFront, type OpenedFront } from './payload.ts'
import { scanBackPage } from './scan.ts'

/** What the centre publishes of a key, as far as a verdict needs it. */
export type JudgedKey = {
  readonly keyId: number
  readonly publicKey: string
  readonly revokedFrom: string | null
}
/** `not-ours`: this centre did not make the page. `silent`: it did not answer. */
export type Answered = { readonly pageKey: string; readonly key: JudgedKey } | 'not-ours' | 'silent'

export type DecodedBackPage =
  | { readonly kind: 'genuine' | 'revoked'; readonly ja: string; readonly opened: OpenedFront }
  | {
      readonly kind: 'altered' | 'not-ours' | 'few' | 'nothing' | 'silent'
      readonly ja: string
      readonly opened: null
    }

export const decodedTitles: Readonly<Record<DecodedBackPage['kind'], string>> = {
  genuine: '署名を確認しました',
  revoked: '署名の鍵が失効しています',
  altered: '署名を確認できません',
  'not-ours': 'この証明書交付センターの裏面ではありません',
  few: '読み取れませんでした',
  nothing: '裏面が見つかりません',
  silent: '通信できません',
}

/**
 * From the picture of a paper to the front that the centre signed. What no signature covers is never shown. The centre is asked
 * for the key of this one page; the picture stays here.
 * @param ask what the centre says to the bytes that stand in clear, base64
 */
export async function decodeBackPage(
  picture: GreyPicture,
  readCodes: ReadCodes,
  ask: (asked: string) => Promise<Answered>,
): Promise<DecodedBackPage> {
  const { message, read } = await scanBackPage(picture, readCodes)
  const none = (
    kind: Exclude<DecodedBackPage['kind'], 'genuine' | 'revoked'>,
    ja: string,
  ): DecodedBackPage => ({
    kind,
    ja,
    opened: null,
  })
  if (read === 0)
    return none(
      'nothing',
      '二次元コードが読み取れません。裏面の全体を、200dpi以上（300dpiを勧めます）で読み取るか、真上から明るく写してください。',
    )
  if (!message)
    return none(
      'few',
      `${CODES}個の二次元コードのうち${read}個しか読み取れませんでした。${DATA}個が必要です。折れや汚れのない状態で、300dpi以上で読み取り直してください。`,
    )
  const asked = askedOf(message)
  const answered = asked ? await ask(btoa(String.fromCharCode(...asked))) : 'not-ours'
  if (answered === 'not-ours')
    return none(
      'not-ours',
      '偽造されたものか、別の証明書交付センターが作ったものです。この証明書を信用しないでください。',
    )
  if (answered === 'silent')
    return none(
      'silent',
      '証明書交付センターと通信できないため、確かめられませんでした。しばらくしてから、もう一度お試しください。',
    )
  const { pageKey, key } = answered
  const opened = await openFront(message, { pageKey: bytesOf(pageKey), publicKey: bytesOf(key.publicKey) })
  if (!opened?.signed)
    return none(
      'altered',
      '裏面の内容が、証明書交付センターの署名したものと違います。この証明書を信用しないでください。',
    )
  if (key.revokedFrom !== null && opened.facts.madeAt >= new Date(key.revokedFrom))
    return {
      kind: 'revoked',
      ja: 'この裏面の署名に使われた鍵は、失効しています。表示された内容を信用せず、証明書を発行した市区町村に問い合わせてください。',
      opened,
    }
  return {
    kind: 'genuine',
    ja: '下の画像は、証明書交付センターが署名した表面です。紙の表面と1か所でも違えば、その紙は書き換えられています。',
    opened,
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
