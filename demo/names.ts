import { readFileSync } from 'node:fs'
import { Weighted, type Random } from './random.ts'

/** A name as written and as read (katakana). */
export type Word = readonly [written: string, kana: string]

function data<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8'))
}

const surnames = new Weighted(
  data<[string, string, number][]>('surnames.json'),
  ([, , thousands]) => thousands,
)

function words(list: string): Word[] {
  return list.split(' ').map((item) => {
    const kanaFrom = item.search(/[ァ-ヶ]+$/)
    // A name written in katakana alone is its own reading.
    return kanaFrom <= 0 ? [item, item] : [item.slice(0, kanaFrom), item.slice(kanaFrom)]
  })
}

/** Usual names of those born until the year, oldest generation first. */
const generations: readonly { until: number; male: Word[]; female: Word[] }[] = [
  {
    until: 1944,
    male: words(
      '清キヨシ 勇イサム 正雄マサオ 茂シゲル 実ミノル 三郎サブロウ 博ヒロシ 進ススム 勝マサル 昭アキラ 正一ショウイチ 武タケシ 義雄ヨシオ 喜一キイチ 一男カズオ 弘ヒロシ 辰雄タツオ 久雄ヒサオ 利夫トシオ 善一ゼンイチ 幸雄ユキオ 隆タカシ 稔ミノル 源一ゲンイチ',
    ),
    female: words(
      '和子カズコ 幸子サチコ 節子セツコ キヨ ハナ 久子ヒサコ 千代チヨ 文子フミコ 美代子ミヨコ 静子シズコ トシ子トシコ ウメ フミ 富子トミコ 八重子ヤエコ 光子ミツコ 房子フサコ 春江ハルエ きみ子キミコ 敏子トシコ 弘子ヒロコ 良子ヨシコ ミツ 澄子スミコ',
    ),
  },
  {
    until: 1964,
    male: words(
      '誠マコト 隆タカシ 修オサム 和夫カズオ 明アキラ 茂シゲル 一男カズオ 正マサシ 浩ヒロシ 豊ユタカ 博之ヒロユキ 幸一コウイチ 勉ツトム 敏夫トシオ 健二ケンジ 孝タカシ 秀樹ヒデキ 信夫ノブオ 英明ヒデアキ 文男フミオ 守マモル 徹トオル 昇ノボル 和彦カズヒコ',
    ),
    female: words(
      '恵子ケイコ 洋子ヨウコ 京子キョウコ 幸子サチコ 和子カズコ 久美子クミコ 由美子ユミコ 明美アケミ 裕子ユウコ 真由美マユミ 悦子エツコ 順子ジュンコ 典子ノリコ 智子トモコ 美智子ミチコ 信子ノブコ 陽子ヨウコ 千恵子チエコ 優子ユウコ 直美ナオミ 孝子タカコ 富美子フミコ 早苗サナエ るり子ルリコ',
    ),
  },
  {
    until: 1984,
    male: words(
      '健一ケンイチ 大輔ダイスケ 誠マコト 直樹ナオキ 哲也テツヤ 学マナブ 剛ツヨシ 健太郎ケンタロウ 達也タツヤ 亮リョウ 和也カズヤ 英樹ヒデキ 崇タカシ 洋平ヨウヘイ 隆之タカユキ 智也トモヤ 祐介ユウスケ 淳ジュン 雅之マサユキ 慎一シンイチ 宏樹ヒロキ 康弘ヤスヒロ 聡サトシ 拓タク',
    ),
    female: words(
      '陽子ヨウコ 裕子ユウコ 真由美マユミ 久美子クミコ 智子トモコ 恵メグミ 麻衣マイ 香織カオリ 愛アイ 美穂ミホ 由美ユミ 直子ナオコ 綾アヤ 亜希子アキコ 友美トモミ 千春チハル 祥子ショウコ 理恵リエ 美香ミカ 麻美アサミ 奈々ナナ 舞マイ 沙織サオリ めぐみメグミ',
    ),
  },
  {
    until: 2004,
    male: words(
      '翔太ショウタ 拓也タクヤ 健太ケンタ 大樹ダイキ 翔ショウ 亮太リョウタ 直人ナオト 駿シュン 大輝ダイキ 拓海タクミ 海斗カイト 蓮レン 陸リク 優斗ユウト 悠太ユウタ 涼リョウ 颯太ソウタ 航ワタル 雄大ユウダイ 匠タクミ 智樹トモキ 圭吾ケイゴ 魁カイ 隼人ハヤト',
    ),
    female: words(
      '美咲ミサキ 愛アイ 彩アヤ 舞マイ 遥ハルカ 葵アオイ 萌モエ 七海ナナミ さくらサクラ 優花ユウカ 明日香アスカ 結衣ユイ 千尋チヒロ 玲奈レイナ 彩花アヤカ 桃子モモコ 楓カエデ 真央マオ 莉奈リナ 陽菜ヒナ 美月ミヅキ 凜リン 花音カノン ほのかホノカ',
    ),
  },
  {
    until: 9999,
    male: words(
      '蓮レン 悠真ユウマ 湊ミナト 大翔ヒロト 陽翔ハルト 蒼アオイ 樹イツキ 律リツ 朝陽アサヒ 暖ダン 結翔ユイト 新アラタ 凪ナギ 颯真ソウマ 奏太ソウタ 伊織イオリ 旭アサヒ 岳ガク 葵アオイ 碧アオ 陽向ヒナタ 大和ヤマト 瑛太エイタ 理人リヒト',
    ),
    female: words(
      '葵アオイ 陽葵ヒマリ 結菜ユイナ 凛リン 芽依メイ 紬ツムギ 澪ミオ 莉子リコ 咲良サクラ 杏アン 結愛ユア 心春コハル 美桜ミオ 詩ウタ 花ハナ 一花イチカ 琴音コトネ さくらサクラ 柚希ユズキ 陽菜ヒナ 千紗チサ 楓カエデ 翠スイ ひなたヒナタ',
    ),
  },
]

type Spellings = [kana: string, ...written: string[]]
const rarer = {
  male: data<Spellings[]>('given-names-male.json'),
  female: data<Spellings[]>('given-names-female.json'),
}

export function surname(random: Random): Word {
  const [written, kana] = surnames.pick(random)
  return [written, kana]
}

/** A given name usual for the year of birth, now and then a rarer one. */
export function givenName(random: Random, male: boolean, birthYear: number): Word {
  if (random.chance(0.25)) {
    const [kana, ...written] = random.pick(male ? rarer.male : rarer.female)
    return [random.pick(written), kana]
  }
  const generation = generations.find(({ until }) => birthYear <= until)!
  return random.pick(male ? generation.male : generation.female)
}

/** Given and family names by nationality, Latin and kana; any pair may meet, so nobody is meant. */
export const foreignNames: Readonly<
  Record<
    'VNM' | 'PHL' | 'IDN' | 'CHN' | 'BRA',
    { nationality: string; family: readonly Word[]; given: readonly Word[] }
  >
> = {
  VNM: {
    nationality: 'ベトナム',
    family: [
      ['NGUYEN', 'グエン'],
      ['TRAN', 'チャン'],
      ['LE', 'レ'],
      ['PHAM', 'ファム'],
      ['HOANG', 'ホアン'],
      ['VU', 'ヴー'],
      ['DANG', 'ダン'],
      ['BUI', 'ブイ'],
    ],
    given: [
      ['VAN AN', 'ヴァン　アン'],
      ['THI HOA', 'ティ　ホア'],
      ['MINH DUC', 'ミン　ドゥック'],
      ['THI LAN', 'ティ　ラン'],
      ['QUOC BAO', 'クオック　バオ'],
      ['THI MAI', 'ティ　マイ'],
    ],
  },
  PHL: {
    nationality: 'フィリピン',
    family: [
      ['SANTOS', 'サントス'],
      ['REYES', 'レイエス'],
      ['CRUZ', 'クルス'],
      ['BAUTISTA', 'バウティスタ'],
      ['GARCIA', 'ガルシア'],
      ['MENDOZA', 'メンドーサ'],
    ],
    given: [
      ['MARIA CLARA', 'マリア　クララ'],
      ['JOSE', 'ホセ'],
      ['ANGELICA', 'アンジェリカ'],
      ['RAMON', 'ラモン'],
      ['CORAZON', 'コラソン'],
      ['DANILO', 'ダニロ'],
    ],
  },
  IDN: {
    nationality: 'インドネシア',
    family: [
      ['WIJAYA', 'ウィジャヤ'],
      ['SANTOSO', 'サントソ'],
      ['PRATAMA', 'プラタマ'],
      ['HIDAYAT', 'ヒダヤット'],
    ],
    given: [
      ['BUDI', 'ブディ'],
      ['SITI', 'シティ'],
      ['AGUS', 'アグス'],
      ['DEWI', 'デウィ'],
      ['EKO', 'エコ'],
    ],
  },
  CHN: {
    nationality: '中国',
    family: [
      ['WANG', 'ワン'],
      ['LI', 'リー'],
      ['ZHANG', 'ジャン'],
      ['LIU', 'リウ'],
      ['CHEN', 'チェン'],
    ],
    given: [
      ['MEILING', 'メイリン'],
      ['WEI', 'ウェイ'],
      ['XIAOMING', 'シャオミン'],
      ['FANG', 'ファン'],
      ['LEI', 'レイ'],
    ],
  },
  BRA: {
    nationality: 'ブラジル',
    family: [
      ['SILVA', 'シルバ'],
      ['OLIVEIRA', 'オリベイラ'],
      ['SOUZA', 'ソウザ'],
      ['PEREIRA', 'ペレイラ'],
    ],
    given: [
      ['CARLOS', 'カルロス'],
      ['ANA PAULA', 'アナ　パウラ'],
      ['LUCAS', 'ルーカス'],
      ['BEATRIZ', 'ベアトリス'],
    ],
  },
}
