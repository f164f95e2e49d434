import type { PlainDate } from '@open-bcl/core/brand.ts'
import { guidelines } from '@open-bcl/modules/disasters/disasters.ts'
import { gradeLabel } from '@open-bcl/modules/disasters/grades.ts'
import { ratio, show } from '@open-bcl/modules/surveys/rules/fraction.ts'
import {
  datedRules,
  guidelineLabel,
  ruleKeys,
  rulesOf,
  unverifiedRules,
  valueOf,
} from '@open-bcl/modules/surveys/rules/guidelines.ts'
import { cellOf } from '@open-bcl/modules/surveys/rules/parts.ts'
import {
  degrees,
  degreeLabels,
  type InputDefinition,
  type Sheet,
} from '@open-bcl/modules/surveys/rules/rules.ts'
import { score } from '@open-bcl/modules/surveys/rules/score.ts'
import { inputsOf, sheetDefinition, sheetKinds } from '@open-bcl/modules/surveys/rules/sheets.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/rules/damage-survey.md: what the scoring engine knows, where each number comes from, what is unverified. */
const script = 'tools/survey-docs.ts'
const current = rulesOf(guidelines.at(-1)!.code, guidelines.at(-1)!.fromOn)

const row = (...cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')
const mark = (verified: boolean) => (verified ? '確認済' : '**未確認**')

function editions(): string {
  return table(
    ['版', '名前', '適用の始まり', '始まりの日'],
    guidelines.map(({ code, fromOn, verified }) => [
      `\`${code}\``,
      guidelineLabel(code),
      fromOn,
      mark(verified),
    ]),
  )
}

function rules(): string {
  return ruleKeys
    .map((key) => {
      const { label, rows } = datedRules[key]
      const lines = rows.map(({ from, text, source, verified }) => [from, text, source, mark(verified)])
      return `### ${label}\n\n\`${key}\`\n\n${table(['いつから', '内容', '読んだところ', ''], lines)}`
    })
    .join('\n\n')
}

const kinds: Readonly<Record<InputDefinition['kind'], string>> = {
  'yes-no': 'はい・いいえ',
  choice: '選択',
  tilt: '四隅の水平距離と下げ振りの長さ',
  depths: '深さ（測った場所ごと）',
  length: '長さ',
  percent: '割合',
  'degree-areas': '損傷程度ごとの面積率',
  'degree-counts': '全部の数と損傷程度ごとの数',
  'length-share': '損傷した長さと全長',
  points: '点',
}

function sheets(): string {
  return sheetKinds
    .map((kind) => {
      const definition = sheetDefinition(current, kind)
      const lines = definition.groups.flatMap((group) =>
        group.inputs.map((input) => {
          const weight = definition.parts.find((part) => part.key === input.part)?.weight
          const needed = !input.required ? '任意' : input.askedWhen === null ? '必須' : '当てはまるとき'
          const options = input.options.map((option) => option.label).join('／')
          return [
            group.label,
            input.label,
            input.unit === '' ? kinds[input.kind] : `${kinds[input.kind]}（${input.unit}）`,
            weight === undefined ? '' : String(weight),
            needed,
            options === '' ? input.hint : `${input.hint}。${options}`,
          ]
        }),
      )
      const inputs = `${inputsOf(definition).length}項目`
      return `### ${definition.label}\n\n${inputs}\n\n${table(['', '項目', '入力', '構成比', '', '見方・測り方'], lines)}`
    })
    .join('\n\n')
}

/** 早見表 for every weight that a sheet has. */
function lookUp(): string {
  const coefficients = valueOf(current, 'degrees')
  const classes = valueOf(current, 'area-classes')
  const weights = sheetKinds.flatMap((kind) =>
    sheetDefinition(current, kind).parts.map((part) => part.weight),
  )
  const distinct = [...new Set(weights)].toSorted((one, other) => one - other)
  return table(
    ['構成比', ...degrees.map((degree) => degreeLabels[degree])],
    distinct.map((weight) => [
      String(weight),
      ...degrees.map((degree) =>
        classes
          .map((upper) => show(cellOf(current, weight, coefficients[degree], ratio(upper, 100)).points))
          .join(' '),
      ),
    ]),
  )
}

/** The official example of a first survey, as the engine explains it. */
function example(): string {
  const sheet: Sheet = {
    hazard: 'earthquake',
    structure: 'wood',
    stage: 'first',
    entryMode: 'exact',
    answers: {
      dwelling: true,
      collapsed: false,
      storeyCollapsed: false,
      lost: false,
      foundationUndermined: false,
      tilt: { offsetsCm: [0, 0, 0, 0], plumbCm: 120 },
      roofShift: false,
      wallShift: false,
      fittingsShift: false,
      roof: { IV: 50 },
      'outer-wall': { III: 20, IV: 40 },
      foundation: { damagedM: 7, totalM: 30 },
    },
  }
  const result = score(current, sheet)
  if (result.kind !== 'graded') throw new Error('the example is graded')
  return `${table(
    ['', '理由', ''],
    result.path.map(({ step, text, verified }) => [step, text, mark(verified)]),
  )}\n\n結果：**${gradeLabel(result.gradeCode)}**（損害割合${result.loss?.text}％）`
}

function unverified(): string {
  return table(
    ['基準', '今の扱い', '読んだところ'],
    unverifiedRules(current).map(({ label, text, source }) => [label, text, source]),
  )
}

const moderate = rulesOf('R2.3', '2020-12-04' as PlainDate)
const content = `# 住家の被害認定の基準

Made by \`${script}\` from modules/surveys/rules; do not edit. The engine takes every number from these rows and from
nowhere else; each step of a result names its row.

The text of 災害に係る住家の被害認定基準運用指針 itself was not at hand. **確認済** means: read in the source named beside it.
**未確認** means: known only in general, or derived; to be compared with the guideline before a town relies on it. A result
that leans on such a row says so, and so does one that had to do without a rule whose content is unknown.

## 版

${editions()}

A disaster keeps the edition in force on its day. ${gradeLabel('G3')} came in December 2020, inside an edition: disasters
from then on know ${valueOf(moderate, 'grades.loss').length} grades under \`R2.3\`, earlier ones five.

## 未確認の基準（${current.label}）

${unverified()}

## 計算

部位の損害割合 = Σ（損傷程度の係数 × 面積率）、点 = 部位の損害割合 × 構成比、損害割合 = 点の合計（と傾斜の点）。分数のまま計算し、表示だけを
小数第2位に丸める（届いていない10の倍数には切り上げない）。区分の下限はその区分に含む。

### 早見表

1つの欄に、面積率${valueOf(current, 'area-classes').join('・')}％以下の点。

${lookUp()}

### 計算例

${example()}

## 基準と出典

${rules()}

## 調査票（${current.label}）

${sheets()}
`
writeGenerated('docs/rules/damage-survey.md', content, script)
