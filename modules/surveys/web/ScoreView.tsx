import type { ReactNode } from 'react'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { gradeLabel } from '../../disasters/grades.ts'
import type { Loss, Reason, ScoreResult } from '../rules/rules.ts'

/** The result of a sheet and every step of the way to it, each with where its rule stands. */
export function ScoreView(props: { result: ScoreResult; live?: boolean }): ReactNode {
  const { result } = props
  return (
    <div role={props.live ? 'status' : undefined}>
      <p style={{ fontSize: '1.25rem', fontWeight: 700 }}>{headline(result)}</p>
      {result.kind === 'incomplete' && (
        <p>{`まだ必要な項目：${result.missing.map((one) => one.label).join('、')}`}</p>
      )}
      {result.kind === 'needs-second-survey' && <p>{result.why}</p>}
      {result.kind === 'invalid' && (
        <ul>
          {result.errors.map((one) => (
            <li key={one.key}>{`${one.label}：${one.message}`}</li>
          ))}
        </ul>
      )}
      {result.kind === 'graded' && result.parts.length > 0 && (
        <table className="plain-table">
          <caption>部位ごとの点数</caption>
          <thead>
            <tr>
              <th scope="col">部位</th>
              <th scope="col">構成比</th>
              <th scope="col">部位の損害割合</th>
              <th scope="col">点</th>
            </tr>
          </thead>
          <tbody>
            {result.parts.map((part) => (
              <tr key={part.key}>
                <th scope="row">{part.label}</th>
                <td>{part.weight}</td>
                <td>{part.lossPercent}％</td>
                <td>{part.points}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {'unverified' in result && result.unverified.length > 0 && (
        <p>{`運用指針の本文と未照合の基準：${result.unverified.map((one) => one.label).join('、')}`}</p>
      )}
      {'path' in result && <Reasons path={result.path} />}
    </div>
  )
}

function headline(result: ScoreResult): string {
  switch (result.kind) {
    case 'graded':
      return `${gradeLabel(result.gradeCode)}${lossText(result.loss)}`
    case 'needs-second-survey':
      return `第2次調査が必要です${result.atLeast === null ? '' : `（少なくとも${gradeLabel(result.atLeast)}）`}`
    case 'incomplete':
      return '入力の途中です'
    case 'invalid':
      return '入力に誤りがあります'
    case 'not-dwelling':
      return '住家ではありません'
  }
}

/** A shortcut says only 「○％以上」. */
function lossText(loss: Loss | null): string {
  if (loss === null) return ''
  return `（損害割合 ${loss.text}％${loss.kind === 'at-least' ? '以上' : ''}）`
}

function Reasons(props: { path: readonly Reason[] }): ReactNode {
  if (props.path.length === 0) return null
  return (
    <details>
      <summary>判定の理由（{props.path.length}）</summary>
      <ol>
        {props.path.map((one, i) => (
          <li key={`${i} ${one.rule}`}>
            <strong>{one.step}</strong>：{one.text} <span className="quiet">（{one.source}）</span>{' '}
            {!one.verified && <Badge tone="warning">運用指針の本文と未照合</Badge>}
          </li>
        ))}
      </ol>
    </details>
  )
}
