/** フリガナ as registers write it: hiragana and half-width kana become full-width katakana, blanks one full-width. */
export function toKatakana(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[ぁ-ゖゝゞ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/(?<=[ァ-ヶ])[-‐‑–—−]/g, 'ー')
    .replace(/\s+/g, '　')
}

/** Whether the text could be a フリガナ: katakana, its marks, 中点 and blanks. */
export function isKatakana(text: string): boolean {
  return /^[ァ-ヶーヽヾ・　]*$/.test(text)
}
