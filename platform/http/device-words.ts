/** Kind of a device and its browser, for its owner to know it again: 「Windows・Edge」. Nothing else of the header is kept. */
export function deviceWords(userAgent: string | undefined): string {
  const agent = userAgent ?? ''
  const first = (list: readonly (readonly [RegExp, string])[]): string | undefined =>
    list.find(([sign]) => sign.test(agent))?.[1]
  const machine = first([
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Android/, 'Android'],
    [/Windows/, 'Windows'],
    [/Macintosh|Mac OS X/, 'Mac'],
    [/CrOS/, 'Chromebook'],
    [/Linux/, 'Linux'],
  ])
  const browser = first([
    [/Edg(e|A|iOS)?\//, 'Edge'],
    [/Firefox\/|FxiOS\//, 'Firefox'],
    [/Chrome\/|CriOS\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ])
  return [machine, browser].filter((part) => part !== undefined).join('・') || '不明な端末'
}
