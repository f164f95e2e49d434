import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const evacSupportProblems = {
  noCriteria: {
    code: 'evac-support/no-criteria',
    status: 422,
    title: '名簿に載せる要件が、まだ定められていません',
    remedy: '「名簿の要件」で、地域防災計画に定めた要件と始まりの日を登録してください。',
  },
  personNotFound: {
    code: 'evac-support/person-not-found',
    status: 404,
    title: 'その宛名番号の方は、住民情報にいません',
    remedy: '宛名番号を確かめるか、氏名で探し直してください。',
  },
  notOnList: {
    code: 'evac-support/not-on-list',
    status: 422,
    title: 'この方は名簿に載っていません',
    remedy: '先に名簿に載せてから、同意を記録してください。',
  },
  noGround: {
    code: 'evac-support/no-ground',
    status: 422,
    title: '名簿に載せる理由がありません',
    remedy: '申し出（手挙げ）か、市町村長が必要と認めることを選んでください。',
  },
  awayListed: {
    code: 'evac-support/away-listed',
    status: 422,
    title: '施設や病院で暮らしている方は、名簿に載せられません',
    remedy: '自宅に戻ったときに「施設・病院で暮らしている」を外してください。',
  },
  consentDates: {
    code: 'evac-support/consent-dates',
    status: 422,
    title: '同意の日付が正しくありません',
    remedy: '確認した日は今日以前、期限は今日以後の日にしてください。',
  },
  offersChanged: {
    code: 'evac-support/offers-changed',
    status: 409,
    title: '候補の数が、見ていたものから変わりました',
    remedy: '一覧を開き直して、確かめてから選び直してください。',
  },
  recipientNotFound: {
    code: 'evac-support/recipient-not-found',
    status: 404,
    title: 'その提供先は登録されていません',
    remedy: '提供先の一覧から選び直してください。',
  },
  recipientArea: {
    code: 'evac-support/recipient-area',
    status: 422,
    title: '担当する地区がありません',
    remedy: '地区を選ぶか、「市町村の全域」を選んでください。',
  },
  recipientPlan: {
    code: 'evac-support/recipient-plan',
    status: 422,
    title: '地域防災計画のどこに定めがあるかが、書かれていません',
    remedy: '計画の章・節などを入力してください。計画に定めのない相手には、災害時だけ提供できます。',
  },
  recipientEnded: {
    code: 'evac-support/recipient-ended',
    status: 422,
    title: 'この提供先への提供は終わっています',
    remedy: '提供先の一覧で、別の提供先を選んでください。',
  },
  notInPlan: {
    code: 'evac-support/not-in-plan',
    status: 422,
    title: '地域防災計画に定めのない相手には、平常時に提供できません',
    remedy: '計画に定めてから提供先の登録を直してください。災害のときは、災害時の提供を選べます。',
  },
  notEmergency: {
    code: 'evac-support/not-emergency',
    status: 422,
    title: '災害時の提供ができる災害ではありません',
    remedy:
      '災害を登録して選んでください。発生から町の定めた日数を過ぎた災害では、同意のある方だけを平常時の提供で渡せます。',
  },
  nobody: {
    code: 'evac-support/nobody',
    status: 422,
    title: '提供できる方がいません',
    remedy: '提供先の地区と、同意の記録を確かめてください。',
  },
  provisionNotFound: {
    code: 'evac-support/provision-not-found',
    status: 404,
    title: 'その提供は見つかりません',
    remedy: '提供の一覧から選び直してください。',
  },
  provisionDecided: {
    code: 'evac-support/provision-decided',
    status: 409,
    title: 'この提供は、すでに決定されています',
    remedy: '画面を開き直して、決定の内容を確かめてください。',
  },
  provisionClosed: {
    code: 'evac-support/provision-closed',
    status: 422,
    title: 'この提供のファイルは、取り出せません',
    remedy:
      '承認されていないか、承認から30日を過ぎたか、提供先が終わっています。もう一度、提供を申請してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const evacSupportEvents = {
  settingSet: { code: 'evac-support.setting.set', sentence: '避難行動要支援者名簿の要件を定めました' },
  scanned: { code: 'evac-support.scanned', sentence: '避難行動要支援者名簿と台帳の違いを調べました' },
  searched: { code: 'evac-support.searched', sentence: '避難行動要支援者名簿を検索しました' },
  offersDecided: { code: 'evac-support.offers.decided', sentence: '名簿の候補を決めました' },
  personSaved: { code: 'evac-support.person.saved', sentence: '避難行動要支援者名簿に書き込みました' },
  consentRecorded: {
    code: 'evac-support.consent.recorded',
    sentence: '名簿の提供への同意・不同意を記録しました',
  },
  recipientSaved: { code: 'evac-support.recipient.saved', sentence: '名簿の提供先を登録・変更しました' },
  provisionCounted: {
    code: 'evac-support.provision.counted',
    sentence: '名簿を提供できる人数を数えました',
  },
  provisionRequested: {
    code: 'evac-support.provision.requested',
    sentence: '避難行動要支援者名簿の提供を申請しました',
  },
  provisionDecided: {
    code: 'evac-support.provision.decided',
    sentence: '避難行動要支援者名簿の提供の可否を決めました',
  },
  provisionExported: {
    code: 'evac-support.provision.exported',
    sentence: '避難行動要支援者名簿を提供のため書き出しました',
  },
} as const
