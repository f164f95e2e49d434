/** The named persons of 飛騨市. All are fictitious (架空の人物). See people.ts. */
import { plainDate } from '@open-bcl/core/dates.ts'
import { on, type DraftHousehold } from './drafts.ts'
import { finder, foreign, fromAbroad, man, moved, woman } from './person.ts'

const hida = finder('212172')

/** 100 characters, the longest a register holds. */
const longLatin =
  'ANASTASIA KONSTANTINOVNA MARIA FERNANDA DEL CARMEN TERESITA GUADALUPE OUEDRAOGO VON HOHENSTEIN LOPEZ'
const longKana =
  'アナスタシア　コンスタンチノヴナ　マリア　フェルナンダ　デル　カルメン　テレシータ　グアダルーペ　ウエドラオゴ　フォン　ホーエンシュタイン　ロペス'

const hidingAddress = hida('古川町若宮三丁目', '9876番地54', '金糸雀荘　303号室')

export const hidaHouseholds: readonly DraftHousehold[] = [
  {
    address: hida('古川町若宮二丁目', '1番60号'),
    members: [
      man('satoTaro', '佐藤　太郎', 'サトウ　タロウ', '1978-05-12', '世帯主'),
      woman(
        'satoHanako',
        '佐藤　花子',
        'サトウ　ハナコ',
        '1980-02-29',
        '妻',
        moved('2006-04-01', '富山県富山市新桜町7番38号'),
      ),
      man('satoIchiro', '佐藤　一郎', 'サトウ　イチロウ', '2010-06-01', '子'),
      // Twins.
      woman('satoHikari', '佐藤　光', 'サトウ　ヒカリ', '2018-09-09', '子'),
      woman('satoAkari', '佐藤　灯', 'サトウ　アカリ', '2018-09-09', '子'),
    ],
  },
  {
    // 支援措置: nobody may learn this address.
    address: hidingAddress,
    members: [
      woman('motherInHiding', '金糸　ひそか', 'カナイト　ヒソカ', '1990-03-21', '世帯主', {
        change: { on: plainDate('2026-03-20'), reason: '転居', from: hida('神岡町殿', '77番地') },
      }),
      man('childInHiding', '金糸　かなた', 'カナイト　カナタ', '2019-07-07', '子', {
        change: { on: plainDate('2026-03-20'), reason: '転居', from: hida('神岡町殿', '77番地') },
      }),
    ],
  },
  {
    // The one they hide from, in the same town.
    address: hida('神岡町殿', '77番地'),
    members: [man('perpetrator', '金糸　荒男', 'カナイト　アラオ', '1986-11-30', '世帯主')],
  },
  {
    address: hida('古川町壱之町', '4番7号'),
    members: [
      // Born on 29 February of a common year: the register says so, and no calendar has the day.
      man(
        'katsuragiMasao',
        '葛\u{E0100}城　正雄',
        'カツラギ　マサオ',
        { on: plainDate('1951-02-28'), uncertain: true, text: '昭和26年2月29日' },
        '世帯主',
      ),
      woman('katsuragiKazuko', '葛\u{E0100}城　和子', 'カツラギ　カズコ', '1953-10-10', '妻'),
    ],
  },
  {
    address: hida('古川町殿町', '3番11号'),
    members: [woman('tsujiMisaki', '辻\u{E0100}　美咲', 'ツジ　ミサキ', '1999-12-31', '世帯主')],
  },
  {
    address: hida('古川町杉崎', '310番地2'),
    members: [
      man('takahashiKenichi', '髙橋　健一', 'タカハシ　ケンイチ', '1975-08-15', '世帯主'),
      woman('takahashiYumi', '髙橋　由美', 'タカハシ　ユミ', '1977-01-08', '妻', {
        names: { former: '山﨑', formerKana: 'ヤマザキ' },
        change: {
          on: plainDate('2021-06-01'),
          reason: '旧氏の記載',
          oldName: { former: '', formerKana: '' },
        },
      }),
    ],
  },
  {
    address: hida('古川町高野', '512番地'),
    members: [man('yoshidaShigeru', '𠮷田　茂', 'ヨシダ　シゲル', '1946-04-04', '世帯主')],
  },
  // Ten rare characters of IPAmj明朝: five IVS of the Moji_Joho collection, five of plane 2.
  {
    address: hida('古川町上気多', '120番地1'),
    members: [man('watanabeHajime', '渡邉\u{E0119}　肇', 'ワタナベ　ハジメ', '1958-03-03', '世帯主')],
  },
  {
    address: hida('古川町下気多', '88番地'),
    members: [woman('watanabeSatoko', '渡邊\u{E010E}　聡子', 'ワタナベ　サトコ', '1964-09-18', '世帯主')],
  },
  {
    address: hida('神岡町船津', '1005番地'),
    members: [man('saitoTadashi', '齋\u{E0104}藤　正', 'サイトウ　タダシ', '1941-02-11', '世帯主')],
  },
  {
    address: hida('神岡町朝浦', '61番地'),
    members: [woman('osakaFumi', '逢\u{E0103}坂　文', 'オウサカ　フミ', '1972-07-20', '世帯主')],
  },
  {
    address: hida('神岡町東町', '404番地3'),
    members: [man('sakakiJun', '榊\u{E0102}　潤', 'サカキ　ジュン', '1988-05-05', '世帯主')],
  },
  {
    address: hida('古川町増島町', '9番2号'),
    members: [man('tsuchiyaGoro', '𡈽屋　五郎', 'ツチヤ　ゴロウ', '1949-12-01', '世帯主')],
  },
  {
    address: hida('古川町朝開町', '15番8号'),
    members: [woman('takahashiMaki', '髙𣘺　真紀', 'タカハシ　マキ', '1983-04-29', '世帯主')],
  },
  {
    address: hida('古川町金森町', '2番20号'),
    members: [man('miyazakiHaruo', '宮𥔎　春男', 'ミヤザキ　ハルオ', '1955-06-16', '世帯主')],
  },
  {
    address: hida('古川町片原町', '7番13号'),
    members: [man('kitaJoji', '北　𠀋二', 'キタ　ジョウジ', '1936-10-09', '世帯主')],
  },
  {
    address: hida('古川町向町一丁目', '5番6号'),
    members: [woman('usuiChie', '𦥑井　千恵', 'ウスイ　チエ', '1991-08-08', '世帯主')],
  },
  {
    address: hida('古川町是重二丁目', '8番17号', 'さくら寮　105号室'),
    members: [
      woman(
        'santosMaria',
        'SANTOS MARIA CLARA',
        'サントス　マリア　クララ',
        '1994-01-23',
        '世帯主',
        fromAbroad('2019-05-01', 'SANTOS MARIA CLARA', foreign('PHL', 'フィリピン', '102', '2028-03-31'), {
          alias: '高原　まりあ',
          aliasKana: 'タカハラ　マリア',
          preference: '2',
        }),
      ),
    ],
  },
  {
    address: hida('古川町是重二丁目', '8番17号', 'さくら寮　106号室'),
    members: [
      man(
        'nguyenVanAn',
        'NGUYEN VAN AN',
        'グエン　ヴァン　アン',
        '2001-11-02',
        '世帯主',
        fromAbroad('2024-04-12', 'NGUYEN VAN AN', foreign('VNM', 'ベトナム', '201', '2027-04-11')),
      ),
    ],
  },
  {
    address: hida('古川町栄一丁目', '3番3号'),
    members: [
      woman(
        'wangMeiling',
        'WANG MEILING',
        'ワン　メイリン',
        '1987-06-30',
        '世帯主',
        fromAbroad('2015-09-20', 'WANG MEILING', foreign('CHN', '中国', '101', null), { kanji: '王　美玲' }),
      ),
    ],
  },
  {
    address: hida('神岡町江馬町', '22番地'),
    members: [
      man('kimSunho', 'KIM SUNHO', 'キム　スンホ', '1950-08-01', '世帯主', {
        foreign: foreign('KOR', '韓国', '', null),
        names: {
          latin: 'KIM SUNHO',
          kanji: '金　順浩',
          alias: '金田　順一',
          aliasKana: 'カネダ　ジュンイチ',
          preference: '2',
        },
      }),
    ],
  },
  {
    address: hida('古川町新栄町', '12番1号'),
    members: [
      woman(
        'longName',
        longLatin,
        longKana,
        '1996-02-02',
        '世帯主',
        fromAbroad('2023-10-01', longLatin, foreign('BFA', 'ブルキナファソ', '301', '2027-03-31')),
      ),
    ],
  },
  {
    address: hida('古川町沼町', '6番9号'),
    members: [
      man('nakamuraTakashi', '中村　隆', 'ナカムラ　タカシ', '1982-03-15', '世帯主'),
      woman(
        'silvaAna',
        'SILVA ANA PAULA',
        'シルバ　アナ　パウラ',
        '1985-12-12',
        '妻',
        fromAbroad('2012-07-01', 'SILVA ANA PAULA', foreign('BRA', 'ブラジル', '102', '2029-07-01')),
      ),
      man('nakamuraLeo', '中村　玲央', 'ナカムラ　レオ', '2014-10-26', '子'),
    ],
  },
  {
    // Died twelve days before the demonstration day; the household has no new head yet (世帯主未設定).
    address: hida('古川町末広町', '10番4号'),
    members: [
      man('amanoNoboru', '天野　昇', 'アマノ　ノボル', '1938-01-15', '世帯主', {
        change: { on: plainDate('2026-10-20'), reason: '死亡', state: 'dead' },
      }),
      woman('amanoShizu', '天野　静', 'アマノ　シズ', '1942-06-06', '妻'),
    ],
  },
  {
    address: hida('神岡町城ケ丘', '31番地'),
    members: [
      man('moverOut', '移川　渡', 'ウツリカワ　ワタル', '1992-09-01', '世帯主', {
        addressAfter: '岐阜県高山市相生町18番地',
        change: { on: plainDate('2026-09-30'), reason: '国内転出', state: 'moved-out' },
      }),
    ],
  },
  {
    // 転出届 is in, the day is still to come.
    address: hida('古川町幸栄町', '1番15号', 'コーポ栄　201号室'),
    members: [
      man('leavingSoon', '発田　進', 'ハッタ　ススム', '1997-04-18', '世帯主', {
        addressAfter: '東京都千代田区九段南一丁目2番1号',
      }),
    ],
  },
  {
    address: hida('宮川町林', '45番地'),
    members: [woman('aloneTome', '一ノ瀬　トメ', 'イチノセ　トメ', '1933-12-24', '世帯主')],
  },
  {
    // Twelve persons under one roof.
    address: hida('河合町角川', '223番地'),
    members: [
      man('tagaDaisuke', '多賀　大介', 'タガ　ダイスケ', '1965-04-02', '世帯主'),
      woman('tagaReiko', '多賀　玲子', 'タガ　レイコ', '1967-11-11', '妻'),
      man('tagaSojiro', '多賀　惣次郎', 'タガ　ソウジロウ', '1938-08-08', '父'),
      woman('tagaKiku', '多賀　キク', 'タガ　キク', '1940-05-30', '母'),
      man('tagaKenta', '多賀　健太', 'タガ　ケンタ', '1990-07-17', '子'),
      woman(
        'tagaMai',
        '多賀　舞',
        'タガ　マイ',
        '1992-02-14',
        '子の妻',
        moved('2013-05-05', '岐阜県下呂市森960番地'),
      ),
      man('tagaRen', '多賀　蓮', 'タガ　レン', '2014-03-03', '子の子'),
      woman('tagaMio', '多賀　澪', 'タガ　ミオ', '2016-06-18', '子の子'),
      man('tagaMinato', '多賀　湊', 'タガ　ミナト', '2018-12-05', '子の子'),
      woman('tagaTsumugi', '多賀　紬', 'タガ　ツムギ', '2021-09-27', '子の子'),
      woman('tagaAya', '多賀　彩', 'タガ　アヤ', '1996-10-01', '子'),
      man('tagaJiro', '多賀　二郎', 'タガ　ジロウ', '1970-01-19', '弟'),
    ],
  },
  {
    address: hida('宮川町打保', '7番地'),
    members: [
      woman(
        'furuiUme',
        '古井　ウメ',
        'フルイ　ウメ',
        { on: plainDate('1932-01-01'), uncertain: true, text: '昭和7年頃' },
        '世帯主',
        { since: { on: null, uncertain: true, text: '年月日不詳' }, sinceReason: '職権修正' },
      ),
    ],
  },
  {
    address: hida('宮川町牧戸', '19番地'),
    members: [
      woman(
        'iwaneTora',
        '岩根　トラ',
        'イワネ　トラ',
        { on: null, uncertain: true, text: '年月日不詳' },
        '世帯主',
        { since: on('1960-04-01'), sinceReason: '国内転入' },
      ),
    ],
  },
  // Same name, same birth date, different persons.
  {
    address: hida('古川町袈裟丸', '200番地'),
    members: [man('suzukiFurukawa', '鈴木　一郎', 'スズキ　イチロウ', '1960-01-01', '世帯主')],
  },
  {
    address: hida('神岡町鹿間', '5番地'),
    members: [man('suzukiKamioka', '鈴木　一郎', 'スズキ　イチロウ', '1960-01-01', '世帯主')],
  },
  {
    address: hida('古川町上野', '77番地9'),
    members: [
      man('morishitaAkira', '森下　明', 'モリシタ　アキラ', '1970-10-10', '世帯主'),
      woman('haraNatsumi', '原　夏海', 'ハラ　ナツミ', '1974-07-23', '妻（未届）'),
      man(
        'hayashiToru',
        '林　透',
        'ハヤシ　トオル',
        '1995-05-25',
        '同居人',
        moved('2022-04-01', '愛知県名古屋市中区三の丸三丁目1番1号'),
      ),
    ],
  },
  // The end date of the protection has passed, but nobody has lifted it.
  {
    address: hida('古川町三之町', '9876番地55'),
    members: [woman('protectionExpired', '期田　あや', 'キタ　アヤ', '1979-03-09', '世帯主')],
  },
  // The protection was lifted.
  {
    address: hida('古川町弐之町', '6番1号'),
    members: [woman('protectionLifted', '解野　みどり', 'トキノ　ミドリ', '1985-05-04', '世帯主')],
  },
  // Names that fold alike or nearly so: オオノ and オノ, サトウ and ウメ.
  {
    address: hida('古川町本町', '1番3号'),
    members: [woman('onoMichiyo', '大野　美千代', 'オオノ　ミチヨ', '1948-02-03', '世帯主')],
  },
  {
    address: hida('古川町東町', '2番5号'),
    members: [woman('onoHiroko', '小野　広子', 'オノ　ヒロコ', '1968-11-03', '世帯主')],
  },
  {
    address: hida('神岡町山田', '98番地'),
    members: [woman('satoUme', '佐藤　ウメ', 'サトウ　ウメ', '1930-07-01', '世帯主')],
  },
]
