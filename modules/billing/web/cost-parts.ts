/** Parts of the page, without a library: small elements made by hand, so that the public page stays quick. */

type Child = Node | string

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.append(...children)
  return made
}

export const yen = (amount: number): string =>
  amount < 0 ? `▲${(-amount).toLocaleString('ja-JP')}円` : `${amount.toLocaleString('ja-JP')}円`

export type Row = {
  readonly label: string
  readonly cells: readonly (string | Node)[]
  readonly strong?: boolean
}

/** A table whose first column and first row are headings. */
export function table(caption: string, heads: readonly string[], rows: readonly Row[]): HTMLTableElement {
  const head = (text: string, scope: string) => element('th', { scope }, text)
  return element(
    'table',
    { class: 'cost-table' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads.map((text) => head(text, 'col')))),
    element(
      'tbody',
      {},
      ...rows.map(({ label, cells, strong }) =>
        element(
          'tr',
          strong ? { class: 'cost-total' } : {},
          head(label, 'row'),
          ...cells.map((cell) => element('td', {}, cell)),
        ),
      ),
    ),
  )
}

/** A bar as long as its share of `most`; the figure stands beside it, so it is decoration to a screen reader. */
export function bar(amount: number, most: number): SVGElement {
  const length = most <= 0 ? 0 : Math.max(0, (amount * 100) / most)
  return svg(
    'svg',
    { class: 'cost-bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { x: 0, y: 0, width: length, height: 10 }),
  )
}

export type LineSeries = { readonly name: string; readonly amounts: readonly number[] }

const size = { width: 640, height: 300, left: 132, right: 76, top: 16, bottom: 36 }

/**
 * Lines over the years, told apart by their names and strokes, not by colour. `words` says in one sentence what is seen; the
 * figures stand in a table below.
 */
export function lineChart(
  words: string,
  years: readonly string[],
  series: readonly LineSeries[],
): SVGElement {
  const most = Math.max(1, ...series.flatMap(({ amounts }) => amounts))
  const step = roundStep(most / 4)
  const top = Math.ceil(most / step) * step
  const x = (index: number): number =>
    size.left + ((size.width - size.left - size.right) * index) / Math.max(1, years.length - 1)
  const y = (amount: number): number =>
    size.height - size.bottom - ((size.height - size.top - size.bottom) * amount) / top
  const grid = Array.from({ length: top / step + 1 }, (_, index) => {
    const amount = index * step
    return svg(
      'g',
      {},
      svg('line', {
        class: 'cost-grid',
        x1: size.left,
        x2: size.width - size.right,
        y1: y(amount),
        y2: y(amount),
      }),
      svg(
        'text',
        { x: size.left - 8, y: y(amount) + 4, 'text-anchor': 'end' },
        `${Math.round(amount / 10_000).toLocaleString('ja-JP')}万円`,
      ),
    )
  })
  const marks = years.map((year, index) =>
    svg('text', { x: x(index), y: size.height - 12, 'text-anchor': 'middle' }, year),
  )
  const lines = series.map(({ name, amounts }, index) =>
    svg(
      'g',
      { class: `cost-line-${index + 1}` },
      svg('polyline', { points: amounts.map((amount, at) => `${x(at)},${y(amount)}`).join(' ') }),
      ...amounts.map((amount, at) => svg('circle', { cx: x(at), cy: y(amount), r: 4 })),
      svg('text', { x: x(amounts.length - 1) + 10, y: y(amounts.at(-1) ?? 0) + 4 }, name),
    ),
  )
  return svg(
    'svg',
    { class: 'cost-chart', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': words },
    ...grid,
    ...marks,
    ...lines,
  )
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return (([1, 2, 5, 10] as const).find((factor) => factor * power >= least) ?? 10) * power
}
