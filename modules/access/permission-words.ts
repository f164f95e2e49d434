/**
 * Every permission in the words of the office: on which screens, to do what. What a town ticks when it shapes a role of
 * its own. `within`: may be held for one disaster alone, since all that it opens belongs to a disaster or harms nobody;
 * of that `houses`: for some 町字, too, since what it opens hangs on a house to be surveyed; `nothing`: the same, since it
 * shows nobody's place; `never`: in no role of a town, with the reason.
 */
type Words = {
  readonly screen: string
  readonly verb: string
  readonly within?: true | 'houses' | 'nothing'
  readonly never?: string
}

export const permissionWords = {
  'access.manage-staff': { screen: 'ユーザ管理', verb: '職員・権限を登録し、変える' },
  'access.recovery': { screen: '2段階認証の復旧', verb: '申請する・承認する（別の人の申請だけ）' },
  'access.sign-in-settings': { screen: 'ログインの設定', verb: '見る・変える' },
  'access.terminals': { screen: '端末', verb: '登録し、証明書を更新し、取り消す' },
  'access.my-number': { screen: 'ユーザ管理', verb: '個人番号利用事務実施者を指定する' },
  'access.audit': { screen: '監査', verb: '操作の記録を見る・書き出す' },
  'access.audit-names': { screen: '監査', verb: '記録にある住民の氏名を見る' },
  'access.audit-extract': { screen: '監査', verb: '本人への開示のため、閲覧記録の写しを作る' },
  'access.audit-settings': { screen: '監査', verb: '保存年数などの設定を変える' },
  'access.audit-dispose': { screen: '監査', verb: '保存年数を過ぎた記録の廃棄を申請する' },
  'access.audit-dispose-approve': { screen: '監査', verb: '記録の廃棄を決裁する（申請した人とは別の人）' },
  'municipalities.view': { screen: '団体の設定', verb: '見る', within: true },
  'municipalities.change': { screen: '団体の設定', verb: '変える' },
  'files.upload': { screen: '写真・添付', verb: '送る', within: 'nothing' },
  'residents.view-versions': { screen: '住民情報（中間DB）', verb: '検索し、異動の履歴を見る' },
  'residents.emergency-list': { screen: '住民情報（中間DB）', verb: '緊急時の名簿を出す' },
  'residents.my-number': {
    screen: '個人番号',
    verb: '1人ずつ表示する',
    never: '「端末と個人番号の実施者」で、期限を決めて指定します',
  },
  'residents.my-number-log': { screen: '個人番号', verb: '表示の記録を見る' },
  'registers.view-entries': { screen: '住民情報（中間DB）', verb: '税・介護などの台帳を見る' },
  'protection.caution': { screen: '支援措置', verb: '請求に応じる前に確認が要る人かを知る' },
  'protection.view': { screen: '支援措置', verb: '見る（加害者・理由を含む）' },
  'protection.request': { screen: '支援措置', verb: '仮支援措置を始める・延長する・解除を求める' },
  'protection.approve': { screen: '支援措置', verb: '決定する・解除する（求めた人とは別の人）' },
  'linkage.view': { screen: '連携', verb: '状況を見る' },
  'linkage.operate': { screen: '連携', verb: '止める・再送を頼む・警報を確認する' },
  'linkage.manual': { screen: '連携', verb: '手作業でファイルを取り込む' },
  'linkage.override': { screen: '連携', verb: '情報が古いままの交付を一時的に認める' },
  'linkage.enrol': { screen: '連携', verb: '連携APを登録し、取り消す' },
  'disasters.view': { screen: '災害', verb: '見る', within: 'nothing' },
  'disasters.register': { screen: '災害', verb: '登録する' },
  'relief.manage': { screen: '応援職員', verb: '利用証を作る・取り消す' },
  'relief.notes': { screen: '引継ぎ', verb: '読む・書く', within: true },
  'situation.view': {
    screen: '災害対応の状況',
    verb: '件数・進み具合・被害状況報告の数を見る',
    within: true,
  },
  'situation.rows': { screen: '災害対応の状況', verb: '件数の内訳を1件ずつ見る', within: true },
  'situation.report': { screen: '災害対応の状況', verb: '被害状況報告を作る', within: true },
  'ledger.view': { screen: '被災者台帳', verb: '検索し、見る', within: true },
  'ledger.change': { screen: '被災者台帳', verb: '書き込む', within: true },
  'ledger.settings': { screen: '被災者台帳', verb: '項目の様式を変える' },
  'ledger.disclose': { screen: '台帳情報の提供', verb: '申請を受け付け、提供する', within: true },
  'ledger.decide-disclosure': { screen: '台帳情報の提供', verb: '可否を決める', within: true },
  'ledger.extract': { screen: '援護対象者の抽出', verb: '抽出し、一覧を使う', within: true },
  'evac-support.view': { screen: '避難行動要支援者名簿', verb: '見る' },
  'evac-support.change': { screen: '避難行動要支援者名簿', verb: '載せる・外す・同意を記録する' },
  'evac-support.settings': { screen: '避難行動要支援者名簿', verb: '要件・条例・提供先を定める' },
  'evac-support.request': {
    screen: '避難行動要支援者名簿',
    verb: '提供を申請し、承認されたファイルを取り出す',
  },
  'evac-support.approve': {
    screen: '避難行動要支援者名簿',
    verb: '提供を承認する（申請した人とは別の人）',
  },
  'evac-support.log': { screen: '避難行動要支援者名簿', verb: '提供の記録を見る（名簿の人は見えない）' },
  'matching.view': { screen: '名寄せ', verb: '見る', within: true },
  'matching.change': { screen: '名寄せ', verb: '名簿を取り込み、本人を決める', within: true },
  'cases.view': { screen: '災害ケースマネジメント', verb: '見る', within: true },
  'cases.change': { screen: '災害ケースマネジメント', verb: '記録する', within: true },
  'evacuees.work': { screen: '広域避難者の引継ぎ', verb: '同意を記録し、準備する・引き継ぐ・報告する' },
  'evacuees.send': { screen: '広域避難者の引継ぎ', verb: '避難先の市町村へ送る（台帳情報の提供の決定）' },
  'evacuees.towns': { screen: '広域避難者の引継ぎ', verb: 'ほかのシステムの市町村を相手に登録する' },
  'dwellings.view': { screen: '家屋', verb: '見る', within: true },
  'dwellings.change': { screen: '家屋', verb: '登録し、変える' },
  'dwellings.link': { screen: '家屋', verb: '世帯と結び付ける', within: true },
  'non-dwellings.view': { screen: '被災非住家', verb: '見る', within: true },
  'non-dwellings.change': { screen: '被災非住家', verb: '登録し、変える', within: true },
  'surveys.view': { screen: '被害認定調査', verb: '見る', within: 'houses' },
  'surveys.plan': { screen: '被害認定調査', verb: '計画し、班に割り当てる', within: true },
  'surveys.record': { screen: '被害認定調査', verb: '調査票・写真を記録する', within: 'houses' },
  'surveys.judge': { screen: '被害認定調査', verb: '結果を確認する', within: true },
  'surveys.decide': { screen: '被害認定調査', verb: '結果を直接定める・地区ごとに判定する', within: true },
  'field.view': { screen: '調査端末', verb: '見る', within: true },
  'field.manage': { screen: '調査端末', verb: '登録し、取り消す', within: true },
  'risai.view': { screen: '罹災証明', verb: '見る', within: true },
  'risai.apply': { screen: '罹災証明', verb: '申請を受け付け、受理・却下する', within: true },
  'risai.grade': { screen: '罹災証明', verb: '被害の程度を登録する', within: true },
  'risai.decide': { screen: '罹災証明', verb: '交付の可否を決める・取り消す', within: true },
  'risai.issue': {
    screen: '罹災証明',
    verb: '通知・予約・郵送を行う（窓口交付は証明書交付と併せて）',
    within: true,
  },
  'external-link.view': { screen: '外部被災者支援連携', verb: '見る', within: true },
  'external-link.exchange': { screen: '外部被災者支援連携', verb: 'ファイルを渡し、受け取る', within: true },
  'external-link.set': { screen: '外部被災者支援連携', verb: '台帳を置くところを決める', within: true },
  'support.view': { screen: '支援制度', verb: '見る', within: true },
  'support.apply': { screen: '支援制度', verb: '申請を受け付け、案を作る', within: true },
  'support.decide': { screen: '支援制度', verb: '支給を決める', within: true },
  'support.programmes': { screen: '支援制度', verb: '制度の設定を変える', within: true },
  'payments.view': { screen: '支払', verb: '見る', within: true },
  'payments.prepare': { screen: '支払', verb: '口座を登録し、支払を作る', within: true },
  'payments.approve': { screen: '支払', verb: '承認する', within: true },
  'payments.export': { screen: '支払', verb: '振込データを出す', within: true },
  'payments.settings': { screen: '支払', verb: '振込の依頼人を設定する' },
  'certificates.view': { screen: '証明書交付', verb: '対象者を探し、設定・様式を見る' },
  'certificates.issue': { screen: '証明書交付', verb: '窓口・一括で交付する' },
  'residence.issue': { screen: '証明書交付', verb: '住民票の写しなどを扱う' },
  'seals.issue': { screen: '証明書交付', verb: '印鑑登録証明書を扱う' },
  'taxes.issue': { screen: '証明書交付', verb: '税の証明書を扱う' },
  'certificates.preview': { screen: '証明書交付', verb: '証明発行DBを参照する' },
  'certificates.settings': { screen: '証明書交付', verb: '証明発行設定を変える' },
  'certificates.accept-layouts': { screen: '証明書交付', verb: '様式を試験印刷し、確認を登録する' },
  'certificates.acknowledge': { screen: '証明書交付', verb: '不一致を確認し、交付を止める・再開する' },
  'certificates.view-transactions': { screen: '証明書交付', verb: '交付の取引を調べる' },
  'certificates.view-documents': { screen: '証明書交付', verb: '交付した文書を見る' },
  'certificates.view-characters': { screen: '印字できない文字', verb: '見る' },
  'certificates.decide-characters': { screen: '印字できない文字', verb: '処理を決める' },
  'certificates.view-blocks': { screen: '発行禁止', verb: '見る' },
  'certificates.set-block': { screen: '発行禁止', verb: '設定する' },
  'certificates.lift-block': { screen: '発行禁止', verb: '解除する' },
  'certificates.pause-block': { screen: '発行禁止', verb: '一時解除する' },
  'practice.prepare': { screen: '練習', verb: '練習の町を用意する・はじめからやり直す' },
  'break-glass.view': { screen: '運用者による緊急閲覧', verb: 'いつ・だれが・何を見たかを確かめる' },
  'break-glass.end': { screen: '運用者による緊急閲覧', verb: '終わらせる・事後確認を記録する' },
  'break-glass.enter': {
    screen: '運用者による緊急閲覧',
    verb: '見る',
    never: '運用者の2人が申請・承認した緊急閲覧の間だけ、運用者が持ちます',
  },
} as const satisfies Record<string, Words>

export type Permission = keyof typeof permissionWords

const words: Readonly<Record<string, Words>> = permissionWords

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissionWords, name)
}

export function wordsOf(permission: string): Words | undefined {
  return Object.hasOwn(words, permission) ? words[permission] : undefined
}

/** May stand in a role that a town shapes. */
export function isForTowns(permission: string): boolean {
  const known = wordsOf(permission)
  return known !== undefined && known.never === undefined
}

/** May be held for one disaster alone. */
export function isOfDisasters(permission: string): boolean {
  return wordsOf(permission)?.within !== undefined
}

/** May be held for some 町字 of one disaster alone. */
export function isOfAreas(permission: string): boolean {
  const within = wordsOf(permission)?.within
  return within === 'houses' || within === 'nothing'
}

/** What it opens lies at a place: a limit to some 町字 means something. */
export function isOfHouses(permission: string): boolean {
  return wordsOf(permission)?.within === 'houses'
}

/** 「罹災証明：見る」 */
export function permissionText(permission: string): string {
  const known = wordsOf(permission)
  return known ? `${known.screen}：${known.verb}` : permission
}
