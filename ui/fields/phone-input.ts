/** A phone number in half width, with plain hyphens and no blanks or brackets. Where to cut it is left as typed. */
export function toPhone(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‐‑–—−ー]/g, '-')
    .replace(/\)/g, '-')
    .replace(/[\s(]/g, '')
}

/** Empty, or a Japanese number of 10 or 11 digits beginning with 0, hyphens anywhere between digits. */
export function isPhone(phone: string): boolean {
  return phone === '' || /^0(?:-?[0-9]){9,10}$/.test(phone)
}
