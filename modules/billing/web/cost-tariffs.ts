import {
  copyTariffs,
  operatingTariffs,
  sizeClasses,
  sources,
  specialGrants,
  usageTariffs,
  measureWords,
  type Dated,
  type Measure,
  type SizeClass,
  type SourceKey,
} from '../tariff.ts'
import { element, table, yen, type Row } from './cost-parts.ts'

/** 料金と根拠: the tariffs themselves, with their days, their papers and what no paper says. */
export function tariffParts(): HTMLElement[] {
  const usage = usageTariffs.at(-1)!
  const operating = operatingTariffs.at(-1)!
  const copy = copyTariffs.at(-1)!
  const grant = specialGrants.at(-1)!
  const usageRows: Row[] = (Object.keys(measureWords) as Measure[]).map((measure) => ({
    label: measureWords[measure],
    cells: [yen(usage.value[measure].baseYen), `人口×${usage.value[measure].perPersonYen}円`],
  }))
  const operatingRows: Row[] = (Object.keys(sizeClasses) as SizeClass[]).map((sizeClass) => ({
    label: sizeClasses[sizeClass].ja,
    cells: [yen(operating.value.bcl[sizeClass]), yen(operating.value.own[sizeClass])],
  }))
  const { commissionYen, bclYen, printingYen } = copy.value
  return [
    part(
      usage,
      table('クラウド型被災者支援システム利用料（年額）', ['措置', '基礎額', '人口比例額'], usageRows),
    ),
    part(
      operating,
      table(
        'コンビニ交付 運営負担金（年額）',
        ['団体の規模', 'BCLを使う団体', '自前の証明発行サーバ'],
        operatingRows,
      ),
    ),
    part(
      copy,
      table(
        '1通ごとの額',
        ['項目', '金額'],
        [
          { label: 'コンビニ等事業者への委託手数料', cells: [yen(commissionYen)] },
          {
            label: '無料の罹災証明書・被災証明書の委託手数料',
            cells: [`${yen(commissionYen - printingYen)}（ほかに利用者が${yen(printingYen)}）`],
          },
          { label: 'BCL証明発行機能利用料（住民票の写し・印鑑・税）', cells: [yen(bclYen)] },
          { label: 'らくらく窓口の委託手数料', cells: [yen(0)] },
        ],
      ),
    ),
    part(
      grant,
      table(
        '特別交付税の措置率',
        ['項目', '措置率'],
        [{ label: '導入経費', cells: ['0.7（財政力補正あり）'] }],
      ),
    ),
    element('h3', {}, '資料'),
    element(
      'ul',
      {},
      ...Object.values(sources).map(({ title, by, on }) => element('li', {}, `${title}（${by}、${on}）`)),
    ),
    element(
      'p',
      { class: 'small quiet' },
      'このページは、公開されている資料の数字で計算するもので、地方公共団体情報システム機構の見積りではありません。運営負担金の月割りの式は資料に載っていないため、年額×月数÷12（1円未満切り捨て）としています。',
    ),
  ]
}

function part(line: Dated<unknown>, figures: HTMLTableElement): HTMLElement {
  const until = line.untilOn === null ? '' : `${line.untilOn}まで`
  const papers = line.sources.map((key: SourceKey) => sources[key].title).join('、')
  return element(
    'div',
    { class: 'cost-part' },
    element(
      'div',
      {
        class: 'cost-scroll',
        tabindex: '0',
        role: 'region',
        'aria-label': figures.caption?.textContent ?? '',
      },
      figures,
    ),
    element(
      'p',
      { class: 'small' },
      `${line.fromOn}から${until}。${line.verified ? '資料で確認' : '未確認'}: ${papers}。${line.note ?? ''}`,
    ),
  )
}
