import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'

/** What a town's own issuing server knows: residents of the town, its 戸籍, and whose card has which serial number. */
export type OwnTown = {
  readonly municipalityCode: MunicipalityCode
  readonly prefecture: string
  readonly name: string
  readonly mayor: string
  readonly people: readonly Person[]
  readonly registers: readonly FamilyRegister[]
}

export type Person = {
  readonly personId: string
  readonly name: string
  readonly kana: string
  readonly bornOn: PlainDate
  readonly sex: '男' | '女'
  /** `null` = lives in another town: of 住民票・印鑑・税 there is nothing here. */
  readonly residence: {
    readonly householdId: string
    readonly address: string
    readonly relation: string
    readonly since: PlainDate
    readonly seal: string | null
    /** 合計所得金額 and 年税額 of the year, yen; `null` = not declared. */
    readonly income: { readonly year: number; readonly totalYen: number; readonly taxYen: number } | null
  } | null
  /** Nothing is issued at machines; the reason stays in the town. */
  readonly blocked: boolean
}

/** 戸籍, with the 附票 of its members. */
export type FamilyRegister = {
  readonly registerId: string
  /** 本籍 */
  readonly domicile: string
  /** 筆頭者の氏名 */
  readonly head: string
  readonly madeOn: PlainDate
  readonly members: readonly {
    readonly personId: string
    readonly father: string
    readonly mother: string
    /** 続柄 to the parents */
    readonly relation: string
    readonly events: readonly {
      readonly title: string
      readonly rows: readonly (readonly [string, string])[]
    }[]
    /** 附票: where the person has lived, the latest last. */
    readonly addresses: readonly { readonly address: string; readonly since: PlainDate }[]
  }[]
}

const day = plainDate

/** 高山市, with people nobody has ever met (架空の人物). */
export const takayama: OwnTown = {
  municipalityCode: '212032' as MunicipalityCode,
  prefecture: '岐阜県',
  name: '高山市',
  mayor: '高山市長　架空　市郎',
  people: [
    {
      ...{ personId: 'kubo-ichiro', name: '久保　一朗', kana: 'クボ　イチロウ', bornOn: day('1975-03-14') },
      ...{ sex: '男', blocked: false },
      residence: {
        ...{ householdId: 'kubo', address: '岐阜県高山市花岡町二丁目1番地', relation: '世帯主' },
        ...{ since: day('2003-04-01'), seal: '久保' },
        income: { year: 2026, totalYen: 4_120_000, taxYen: 198_400 },
      },
    },
    {
      ...{ personId: 'kubo-nao', name: '久保　奈央', kana: 'クボ　ナオ', bornOn: day('1978-09-02') },
      ...{ sex: '女', blocked: false },
      residence: {
        ...{ householdId: 'kubo', address: '岐阜県高山市花岡町二丁目1番地', relation: '妻' },
        ...{ since: day('2005-06-18'), seal: null, income: null },
      },
    },
    {
      ...{ personId: 'kubo-ren', name: '久保　蓮', kana: 'クボ　レン', bornOn: day('2013-12-05') },
      ...{ sex: '男', blocked: false },
      residence: {
        ...{ householdId: 'kubo', address: '岐阜県高山市花岡町二丁目1番地', relation: '子' },
        ...{ since: day('2013-12-05'), seal: null, income: null },
      },
    },
    {
      ...{ personId: 'mori-aki', name: '森　亜季', kana: 'モリ　アキ', bornOn: day('1988-01-20') },
      ...{ sex: '女', blocked: true },
      residence: {
        ...{ householdId: 'mori', address: '岐阜県高山市岡本町一丁目5番地', relation: '世帯主' },
        ...{ since: day('2019-10-01'), seal: '森' },
        income: { year: 2026, totalYen: 2_300_000, taxYen: 81_000 },
      },
    },
    // Lives in 飛騨市; the 本籍 stayed where the family comes from.
    {
      ...{ personId: 'sato-taro', name: '佐藤　太郎', kana: 'サトウ　タロウ', bornOn: day('1978-05-12') },
      ...{ sex: '男', blocked: false, residence: null },
    },
    {
      ...{ personId: 'sato-hanako', name: '佐藤　花子', kana: 'サトウ　ハナコ', bornOn: day('1980-02-29') },
      ...{ sex: '女', blocked: false, residence: null },
    },
  ],
  registers: [
    {
      ...{ registerId: 'kubo', domicile: '岐阜県高山市花岡町二丁目1番地', head: '久保　一朗' },
      madeOn: day('2005-06-18'),
      members: [
        {
          ...{ personId: 'kubo-ichiro', father: '久保　仁', mother: '久保　よし子', relation: '長男' },
          events: [
            {
              title: '出生',
              rows: [
                ['出生日', '昭和50年3月14日'],
                ['出生地', '岐阜県高山市'],
                ['届出人', '父'],
              ],
            },
            {
              title: '婚姻',
              rows: [
                ['婚姻日', '平成17年6月18日'],
                ['配偶者氏名', '田中　奈央'],
              ],
            },
          ],
          addresses: [{ address: '岐阜県高山市花岡町二丁目1番地', since: day('2003-04-01') }],
        },
        {
          ...{ personId: 'kubo-nao', father: '田中　実', mother: '田中　律子', relation: '二女' },
          events: [
            {
              title: '婚姻',
              rows: [
                ['婚姻日', '平成17年6月18日'],
                ['配偶者氏名', '久保　一朗'],
                ['従前戸籍', '富山県富山市新桜町100番地　田中　実'],
              ],
            },
          ],
          addresses: [{ address: '岐阜県高山市花岡町二丁目1番地', since: day('2005-06-18') }],
        },
        {
          ...{ personId: 'kubo-ren', father: '久保　一朗', mother: '久保　奈央', relation: '長男' },
          events: [
            {
              title: '出生',
              rows: [
                ['出生日', '平成25年12月5日'],
                ['出生地', '岐阜県高山市'],
              ],
            },
          ],
          addresses: [{ address: '岐阜県高山市花岡町二丁目1番地', since: day('2013-12-05') }],
        },
      ],
    },
    {
      ...{ registerId: 'sato', domicile: '岐阜県高山市上一之町100番地', head: '佐藤　太郎' },
      madeOn: day('2006-03-31'),
      members: [
        {
          ...{ personId: 'sato-taro', father: '佐藤　茂', mother: '佐藤　和子', relation: '長男' },
          events: [
            {
              title: '婚姻',
              rows: [
                ['婚姻日', '平成18年3月31日'],
                ['配偶者氏名', '中村　花子'],
              ],
            },
          ],
          addresses: [
            { address: '岐阜県高山市上一之町100番地', since: day('1978-05-12') },
            { address: '岐阜県飛騨市古川町若宮二丁目1番60号', since: day('2004-04-01') },
          ],
        },
        {
          ...{ personId: 'sato-hanako', father: '中村　進', mother: '中村　明美', relation: '長女' },
          events: [
            {
              title: '婚姻',
              rows: [
                ['婚姻日', '平成18年3月31日'],
                ['配偶者氏名', '佐藤　太郎'],
              ],
            },
          ],
          addresses: [{ address: '岐阜県飛騨市古川町若宮二丁目1番60号', since: day('2006-04-01') }],
        },
      ],
    },
  ],
}
