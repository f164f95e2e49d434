import { useState, type ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { printPapers } from '../papers.contract.ts'
import { sheetStages, structures, surveyHazards, type SheetKind } from '../rules/rules.ts'
import type { TaskId } from '../surveys.ts'

const Hazard = radioOf(surveyHazards)
const Structure = radioOf(structures)
const Stage = radioOf(sheetStages)

/** Papers for houses without a phone: one of the sixteen kinds, a code on each. */
export function PrintPapers(props: {
  disasterId: string
  taskIds: readonly TaskId[]
  first: Pick<SheetKind, 'hazard' | 'stage'>
}): ReactNode {
  const { disasterId, taskIds } = props
  const can = useCan()
  const [kind, setKind] = useState<SheetKind>({ ...props.first, structure: 'wood' })
  if (!can(printPapers).allowed || taskIds.length === 0) return null
  return (
    <details>
      <summary>
        {taskIds.length === 1
          ? '紙の調査票を印刷する'
          : `この画面の${taskIds.length}件の紙の調査票を印刷する`}
      </summary>
      <p>
        記入した紙は、スキャンして「紙の調査票の読取り」に入れると、対象の住家と印が自動で読まれます。数字は画像を見て入力します。
      </p>
      <LooseField
        name="paperHazard"
        label="災害の種類"
        kind={Hazard}
        value={kind.hazard}
        onChange={(hazard) => hazard && setKind({ ...kind, hazard })}
      />
      <LooseField
        name="paperStructure"
        label="構造"
        kind={Structure}
        value={kind.structure}
        onChange={(structure) => structure && setKind({ ...kind, structure })}
      />
      <LooseField
        name="paperStage"
        label="調査の段階"
        kind={Stage}
        value={kind.stage}
        onChange={(stage) => stage && setKind({ ...kind, stage })}
      />
      <SaveButton
        endpoint={printPapers}
        input={{ disasterId, taskIds: [...taskIds], ...kind }}
        label="調査票（PDF）を作る"
      />
    </details>
  )
}
