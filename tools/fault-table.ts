import {
  powerCuts,
  stepNames,
  steps,
  wireFaults,
  type Fault,
  type Outcome,
} from '../modules/center/faults.ts'
import { incidentKinds } from '../modules/center/incidents.ts'
import { transactionStates } from '../modules/center/center.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/operations/fault-table.md from the very table the tests run. */
const money = { change: 'つり銭', returned: '返却', refunded: '返金' } as const
const atIssuer: Readonly<Record<Outcome['issuer'], string>> = {
  unknown: '届いていない',
  aborted: '中止',
  refunded: '返金済み',
  printed: '印刷済み',
  paid: '入金済み',
}

function cell(outcome: Outcome | null): string {
  if (outcome === null) return '–'
  const state = outcome.state === 'none' ? '取引なし' : transactionStates[outcome.state].ja
  const paid = outcome.payouts.map((payout) => {
    const [reason = '', yen = ''] = payout.split(' ')
    return `${money[reason as keyof typeof money]}${yen}円`
  })
  const lines = [state, paid.join('・') || '現金なし', `発行側：${atIssuer[outcome.issuer]}`]
  if (outcome.incident) lines.push(`事案：${incidentKinds[outcome.incident].ja}`)
  return lines.join('<br>')
}

function table(faults: Readonly<Record<string, Fault>>): string {
  const head = `| 障害 | その後 | ${stepNames.map((step) => steps[step]).join(' | ')} |`
  const rows = Object.values(faults).map(
    ({ ja, next, at }) => `| ${ja} | ${next} | ${stepNames.map((step) => cell(at[step])).join(' | ')} |`,
  )
  return [head, `|${' --- |'.repeat(stepNames.length + 2)}`, ...rows].join('\n')
}

writeGenerated(
  'docs/operations/fault-table.md',
  `# 障害表

どの段階で何が起きても、取引と現金がどうなるかを示します。\`modules/center/faults.ts\` から作られ、すべての行を試験が機械で実行します
（\`faults.routes.test.ts\`、\`power-cuts.routes.test.ts\`）。2部20円、投入60円の取引です。どの行でも「投入額＝印刷した分の料金＋払い出す額」が成り立ちます。

## 電文と証明発行サーバの障害
${table(wireFaults)}

## 電源断（kill -9）
センターの電源断は、6台の端末がそれぞれ別の段階の途中にあるときに起こします。
${table(powerCuts)}

「印刷の完了」の直前にセンターと端末の両方が落ちた行では、紙が出た後でも返金になります。端末は印刷の完了を送り直せないためです。
`,
  'tools/fault-table.ts',
)
