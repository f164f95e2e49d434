import type { JpkiRefusal } from './jpki.ts'

/** The card itself is locked; told by the kiosk, since such a card never reaches the centre. 1xx as in `jpki.ts`. */
export const cardLockedCode = 111
/** What lies on the reader is no My Number card, or does not answer like one. */
export const cardUnreadableCode = 112

const unusable = 'ご利用いただけないカードです。カードを発行した市区町村の窓口にお問い合わせください。'
const again = 'カードを確認できませんでした。はじめからやり直してください。'

/** What a resident reads when a card is refused. The machines in the field say one sentence for all of them. */
export const cardRefusalWords: Readonly<Record<JpkiRefusal, string>> = {
  malformed: unusable,
  'unknown-issuer': unusable,
  expired: unusable,
  'not-yet-valid': unusable,
  policy: unusable,
  revoked: unusable,
  hold: unusable,
  signature: again,
  'stale-challenge': again,
  'cannot-confirm':
    'ただいま、カードの有効性を確認できません。しばらくしてからお試しいただくか、市区町村の窓口をご利用ください。',
}
