import type { roles } from '../access/roles.ts'

type Permission = (typeof roles)[keyof typeof roles]['permissions'][number]

export const workGroups = [
  { value: 'applications', label: '罹災証明の申請' },
  { value: 'surveys', label: '被害認定調査' },
  { value: 'certificates', label: '交付・通知' },
  { value: 'support', label: '支援・支払' },
] as const
export type WorkGroup = (typeof workGroups)[number]['value']

type Spec = {
  readonly value: string
  readonly group: WorkGroup
  readonly label: string
  readonly unit: string
  /** What to do about it, in a sentence. */
  readonly act: string
  /** Whose it is: whoever has this right. */
  readonly permission: Permission
  /**
   * Late after so many days. Our own measure of an ordinary office, no law; 0 = late as soon as it is listed, `null` =
   * never late.
   */
  readonly lateDays: number | null
  /** The page of one of them; `$…` is its id. */
  readonly page: string
}

/** What must happen now, in the order in which a paper goes through the house. A module adds its lines here. */
export const works = [
  {
    value: 'receive',
    group: 'applications',
    label: '受理待ちの申請',
    unit: '件',
    lateDays: 3,
    act: '書類を確かめて受理します。',
    permission: 'risai.apply',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'grade',
    group: 'applications',
    label: '調査済みで認定待ち',
    unit: '件',
    lateDays: 14,
    act: '調査の結果から被害の程度を登録します。',
    permission: 'risai.grade',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'decide',
    group: 'applications',
    label: '認定済みで決定待ち',
    unit: '件',
    lateDays: 30,
    act: '交付の可否を決定します。',
    permission: 'risai.decide',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'resurvey',
    group: 'applications',
    label: '受理待ちの再調査の申請',
    unit: '件',
    lateDays: 3,
    act: '再調査の申請を確かめます。',
    permission: 'risai.apply',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'resurvey-decide',
    group: 'applications',
    label: '再調査の結果の決定待ち',
    unit: '件',
    act: '被害の程度を変えるかどうか決めます。',
    permission: 'risai.decide',
    lateDays: 30,
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'report',
    group: 'applications',
    label: '受理待ちの被災届出',
    unit: '件',
    lateDays: 3,
    act: '届出を確かめて受理します。',
    permission: 'risai.apply',
    page: '/hisai/reports/$reportId',
  },
  {
    value: 'survey-unassigned',
    group: 'surveys',
    label: '班に割り当てていない調査',
    unit: '棟',
    act: '調査班に割り当てます。',
    permission: 'surveys.plan',
    lateDays: 7,
    page: '/surveys/tasks/$taskId',
  },
  {
    value: 'survey-late',
    group: 'surveys',
    label: '計画の期間を過ぎた調査',
    unit: '棟',
    lateDays: 0,
    act: '計画を延ばすか、班を増やします。',
    permission: 'surveys.plan',
    page: '/surveys/tasks/$taskId',
  },
  {
    value: 'survey-conflict',
    group: 'surveys',
    label: '食い違う調査票',
    unit: '棟',
    lateDays: 0,
    act: '並べて見て、どちらかを選びます。',
    permission: 'surveys.decide',
    page: '/surveys/tasks/$taskId',
  },
  {
    value: 'survey-confirm',
    group: 'surveys',
    label: '確定していない調査票',
    unit: '棟',
    lateDays: 7,
    act: '調査票を確かめて確定します。',
    permission: 'surveys.judge',
    page: '/surveys/tasks/$taskId',
  },
  {
    value: 'survey-unlinked',
    group: 'surveys',
    label: '家屋と結び付いていない調査',
    unit: '棟',
    act: '家屋の台帳と結び付けます。',
    permission: 'dwellings.link',
    lateDays: null,
    page: '/surveys/tasks/$taskId',
  },
  {
    value: 'issue',
    group: 'certificates',
    label: '交付していない罹災証明書',
    unit: '件',
    lateDays: 14,
    act: '窓口・郵便・キオスクで渡します。',
    permission: 'risai.issue',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'appointment',
    group: 'certificates',
    label: '今日の来庁予約',
    unit: '件',
    lateDays: 0,
    act: '来庁したら結果を入れます。',
    permission: 'risai.apply',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'letter',
    group: 'certificates',
    label: '束にしていない通知書',
    unit: '通',
    lateDays: 3,
    act: '束にして印刷します。',
    permission: 'risai.issue',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'letter-post',
    group: 'certificates',
    label: '印刷して発送していない通知書',
    unit: '通',
    act: '発送して、発送日を入れます。',
    permission: 'risai.issue',
    lateDays: 3,
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'mail',
    group: 'certificates',
    label: '届いていない通知メール',
    unit: '通',
    lateDays: 1,
    act: '宛先を確かめ、電話か郵便で知らせます。',
    permission: 'risai.apply',
    page: '/risai/applications/$applicationId',
  },
  {
    value: 'disclosure',
    group: 'support',
    label: '決定待ちの台帳情報の提供',
    unit: '件',
    lateDays: 7,
    act: '提供してよいか決定します。',
    permission: 'ledger.decide-disclosure',
    page: '/disclosures/$disclosureId',
  },
  {
    value: 'support-review',
    group: 'support',
    label: '審査待ちの支援の申請',
    unit: '件',
    lateDays: 7,
    act: '書類と世帯の事情を確かめます。',
    permission: 'support.apply',
    page: '/support/applications/$supportId',
  },
  {
    value: 'support-decide',
    group: 'support',
    label: '決裁待ちの支援の申請',
    unit: '件',
    lateDays: 14,
    act: '審査した人とは別の職員が決裁します。',
    permission: 'support.decide',
    page: '/support/applications/$supportId',
  },
  {
    value: 'difference',
    group: 'support',
    label: '過不足の扱いが決まっていない支援',
    unit: '件',
    act: '追加で払うか、返してもらうかを決めます。',
    permission: 'support.decide',
    lateDays: 14,
    page: '/support/applications/$supportId',
  },
  {
    value: 'pay',
    group: 'support',
    label: '支払の回に入っていない決定',
    unit: '件',
    lateDays: 7,
    act: '口座を確かめ、支払の回を作ります。',
    permission: 'payments.prepare',
    page: '/payments/accounts/$supportId',
  },
  {
    value: 'pay-approve',
    group: 'support',
    label: '承認待ちの支払の回',
    unit: '回',
    lateDays: 2,
    act: '作った人とは別の職員が承認します。',
    permission: 'payments.approve',
    page: '/payments/runs/$paymentRunId',
  },
  {
    value: 'pay-returned',
    group: 'support',
    label: '戻ってきた振込',
    unit: '件',
    lateDays: 0,
    act: '口座を確かめ直します。',
    permission: 'payments.prepare',
    page: '/payments/accounts/$supportId',
  },
] as const satisfies readonly Spec[]

export type WorkCode = (typeof works)[number]['value']
export type Work = Spec & { readonly value: WorkCode }

export function workOf(code: WorkCode): Work {
  return works.find((one) => one.value === code)!
}

/** How long it has waited. */
export const ages = [
  { value: 'day', label: '1日以内', fromDays: 0, untilDays: 1 },
  { value: 'days', label: '1〜3日', fromDays: 1, untilDays: 3 },
  { value: 'week', label: '3〜7日', fromDays: 3, untilDays: 7 },
  { value: 'longer', label: '7日超', fromDays: 7, untilDays: null },
] as const
export type Age = (typeof ages)[number]['value']

/** 進み具合: what is counted a day. */
export const progressKinds = [
  { value: 'applications', label: '申請の受付', unit: '件' },
  { value: 'surveys', label: '調査の終わった住家', unit: '棟' },
  { value: 'certificates', label: '作成した罹災証明書', unit: '件' },
  { value: 'payments', label: '支払済の振込', unit: '件' },
] as const
export type ProgressKind = (typeof progressKinds)[number]['value']

/** Days of the charts. */
export const PROGRESS_DAYS = 30
