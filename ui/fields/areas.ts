import { textWith } from './Text.tsx'

/** 町字 as the survey lists write them. */
export const Areas = textWith({
  width: 'wide',
  hint: '調査の一覧にあるとおりに、「、」で区切って入力します。空欄は災害の全域です。町字を限った人には、支援措置を受けている人の家は、その町字にあっても出ません。',
})

/** 「本町、栄町３丁目」 as typed, with digits as the survey lists have them; `null` = all. */
export function areasOf(text: string): string[] | null {
  const names = text.normalize('NFKC').split(/[、,\n]/)
  const areas = [...new Set(names.map((area) => area.replace(/\s+/g, '')))].filter((area) => area !== '')
  return areas.length === 0 ? null : areas
}
