import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const staffProblems = {
  loginTaken: {
    code: 'access/login-taken',
    status: 409,
    title: 'そのIDはすでに使われています',
    remedy: '退職した職員のIDも使い回せません。別のIDにしてください。',
  },
  ownRights: {
    code: 'access/own-rights',
    status: 422,
    title: 'ご自身の権限や状態は変えられません',
    remedy: 'ユーザ管理の権限を持つ別の職員に依頼してください。',
  },
  lastAdministrator: {
    code: 'access/last-administrator',
    status: 422,
    title: 'ユーザ管理をできる職員が一人もいなくなります',
    remedy: '先に別の職員に、ユーザ管理の権限を期限なしで割り当ててください。',
  },
  dutiesTogether: {
    code: 'access/duties-together',
    status: 422,
    title: '一人に両方を与えない決まりの権限です',
    remedy: '片方の役割を先に終えるか、ユーザ管理の「職務の分離」で決まりを変えてください。',
  },
  sameHand: {
    code: 'access/same-hand',
    status: 422,
    title: '同じ案件を一人で行うことはできません',
    remedy: '権限を持つ別の職員が行ってください。この決まりは、ユーザ管理の「職務の分離」にあります。',
  },
  wrongState: {
    code: 'access/wrong-state',
    status: 409,
    title: 'いまの状態では、この操作はできません',
    remedy: '画面を読み込み直し、その職員の状態を確かめてください。',
  },
  operatorsAccount: {
    code: 'access/operators-account',
    status: 422,
    title: '運用者による緊急閲覧のアカウントは変えられません',
    remedy: 'いま閲覧している場合は、「運用者による緊急閲覧」の画面で終わらせてください。',
  },
  noSuchRole: {
    code: 'access/no-such-role',
    status: 422,
    title: 'その役割は割り当てられません',
    remedy: '役割の一覧から選び直してください。個人番号の実施者は「端末と個人番号の実施者」で指定します。',
  },
  noSuchDisaster: {
    code: 'access/no-such-disaster',
    status: 422,
    title: 'その災害は登録されていません',
    remedy: '災害の一覧から選び直してください。',
  },
  nothingForDisaster: {
    code: 'access/nothing-for-disaster',
    status: 422,
    title: 'この役割には、災害を限って使える権限がありません',
    remedy: '災害を限らずに割り当てるか、別の役割を選んでください。',
  },
  nothingForAreas: {
    code: 'access/nothing-for-areas',
    status: 422,
    title: 'この割当ては、町字を限れません',
    remedy:
      '町字を限れるのは、災害を1つに限った被害認定調査の権限だけです。町字を空欄にするか、別の役割を選んでください。',
  },
  dates: {
    code: 'access/dates',
    status: 422,
    title: '期間が正しくありません',
    remedy: '開始日は今日以降、終了日は開始日以降にしてください。',
  },
  roleNameTaken: {
    code: 'access/role-name-taken',
    status: 422,
    title: 'その名前の役割がすでにあります',
    remedy: '別の名前にしてください。',
  },
  roleInUse: {
    code: 'access/role-in-use',
    status: 409,
    title: 'この役割を割り当てられた職員がいます',
    remedy: '先に、その職員の割当てを終えてください。',
  },
  dutyHeld: {
    code: 'access/duty-held',
    status: 409,
    title: 'いま両方の権限を持つ職員がいます',
    remedy: '一覧の職員の割当てを先に分けてから、もう一度変えてください。',
  },
  dutyLeast: {
    code: 'access/duty-least',
    status: 422,
    title: 'この組み合わせは、それより弱くできません',
    remedy: '一人では行えない作りになっています。',
  },
  badImport: {
    code: 'access/bad-import',
    status: 422,
    title: 'ファイルに誤りがあります。何も変更していません',
    remedy: '示された行と項目を直して、もう一度読み込んでください。',
  },
  planChanged: {
    code: 'access/plan-changed',
    status: 409,
    title: '確かめた後に、職員の登録が変わりました',
    remedy: 'もう一度ファイルを確かめてから反映してください。何も変更していません。',
  },
} as const satisfies Record<string, ProblemKind>

export const staffEvents = {
  changed: { code: 'access.staff-changed', sentence: '職員の氏名・所属を変更しました' },
  suspended: { code: 'access.staff-suspended', sentence: '職員のアカウントを停止しました' },
  resumed: { code: 'access.staff-resumed', sentence: '職員のアカウントを再開しました' },
  retired: { code: 'access.staff-retired', sentence: '職員の退職日を登録しました' },
  passwordMade: { code: 'access.initial-password-made', sentence: '職員の初期パスワードを作り直しました' },
  loggedOut: { code: 'access.staff-logged-out', sentence: '職員を強制的にログアウトさせました' },
  roleAssigned: { code: 'access.role-assigned', sentence: '職員に役割を割り当てました' },
  roleEnded: { code: 'access.role-ended', sentence: '職員の役割の割当てを終えました' },
  imported: { code: 'access.staff-imported', sentence: '異動のファイルで職員の登録を変更しました' },
  roleShaped: { code: 'access.town-role-shaped', sentence: '団体の役割を登録・変更しました' },
  roleClosed: { code: 'access.town-role-closed', sentence: '団体の役割を廃止しました' },
  dutySet: { code: 'access.duty-set', sentence: '職務の分離の決まりを変更しました' },
} as const satisfies Record<string, AuditEvent>
