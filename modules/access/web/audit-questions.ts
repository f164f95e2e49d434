import { auditQuestions, type AuditQuestion } from '../audit-trail.contract.ts'

const hints: Readonly<Record<AuditQuestion | 'often', string>> = {
  person: '住民からの問合せ、のぞき見の疑い',
  staff: '異動・退職のとき、疑いのあるとき',
  many: '一度に多くの人の情報を見た記録',
  exports: '名簿の持ち出し、ほかの機関への提供',
  'off-hours': '執務時間の外と、土曜・日曜・祝日の職員の利用',
  'by-number': '番号を知って狙った検索',
  often: '1か月に同じ人を何度も見た職員',
  refused: '権限のない操作、パスワードの誤り',
  rights: '誰が、誰に、何の権限を与えたか',
  audit: 'この画面の利用と書き出し',
  all: '期間のすべての記録',
}

/** What may be asked, in the order that an auditor asks. */
export const questions: readonly { value: AuditQuestion | 'often'; label: string; hint: string }[] =
  auditQuestions.flatMap(({ value, label }) => [
    { value, label, hint: hints[value] },
    ...(value === 'by-number'
      ? [{ value: 'often' as const, label: '同じ人の繰り返しの閲覧', hint: hints.often }]
      : []),
  ])
