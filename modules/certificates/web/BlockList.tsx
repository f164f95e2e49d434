import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Endpoint, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { liftBlock, listBlocks, pauseBlock, returnBlock } from '../blocks.contract.ts'
import { blockReasons, blockStates } from '../blocks.ts'
import { kindOptions } from './certificate-text.ts'

type Block = OutputOf<typeof listBlocks>['blocks'][number]

const tones = {
  coming: 'information',
  'in-force': 'error',
  overdue: 'warning',
  paused: 'information',
  lifted: 'neutral',
} as const
const acts = { lift: '解除', pause: '一時解除', return: '一時解除の終了' } as const
const reads: readonly Pick<Endpoint, 'name'>[] = [listBlocks]

export function BlockList(props: {
  blocks: readonly Block[]
  empty: string
  /** Names lead to the person. */
  linked?: boolean
}): ReactNode {
  if (props.blocks.length === 0) return <p>{props.empty}</p>
  return (
    <ul className="notice-list">
      {props.blocks.map((block) => (
        <li key={block.blockId}>
          <OneBlock block={block} linked={props.linked === true} />
        </li>
      ))}
    </ul>
  )
}

function titleOf({ scope, targetNo, name }: Block): string {
  return scope === 'person'
    ? `${name ?? '（住民情報にない方）'}　宛名番号 ${targetNo}`
    : `世帯の全員　世帯番号 ${targetNo}`
}

function dayText(day: string | null): string {
  return WarekiDate.toText(day as PlainDate | null)
}

function OneBlock({ block, linked }: { block: Block; linked: boolean }): ReactNode {
  const title = titleOf(block)
  return (
    <>
      <p className="notice-title">
        {linked && block.scope === 'person' && block.name !== null ? (
          <Link to="/certificates/blocks/$residentNo" params={{ residentNo: block.targetNo }}>
            {title}
          </Link>
        ) : (
          title
        )}{' '}
        <Badge tone={tones[block.state]}>{blockStates[block.state]}</Badge>
      </p>
      <DescriptionList
        items={[
          {
            term: '証明書',
            value: block.kinds?.map((kind) => labelOf(kindOptions, kind)).join('、') ?? 'すべて',
          },
          { term: '理由', value: labelOf(blockReasons, block.reason) },
          ...(block.note === '' ? [] : [{ term: 'メモ', value: block.note }]),
          {
            term: '期間',
            value: `${dayText(block.startsOn)}から${block.endsOn === null ? '' : `（終了予定日 ${dayText(block.endsOn)}）`}`,
          },
          ...(block.untilAt === null
            ? []
            : [{ term: '一時解除', value: `${instantText(block.untilAt)}まで` }]),
        ]}
      />
      <p className="small quiet">{`設定 ${instantText(block.setAt)}　${block.setBy}`}</p>
      {block.acts.length > 0 && (
        <ul className="small">
          {block.acts.map(({ act, at, untilAt, note, actor }) => (
            <li key={`${act} ${at}`}>
              {`${acts[act]} ${instantText(at)}　${actor}`}
              {untilAt !== null && `（${instantText(untilAt)}まで）`}
              {note !== '' && `　${note}`}
            </li>
          ))}
        </ul>
      )}
      {block.state !== 'lifted' && <Acts block={block} title={title} />}
    </>
  )
}

const durations = [
  { value: '15', label: '15分' },
  { value: '30', label: '30分' },
  { value: '60', label: '1時間' },
  { value: '240', label: '4時間' },
  { value: '1440', label: '24時間' },
] as const
const Duration = selectOf(durations)

function Acts({ block, title }: { block: Block; title: string }): ReactNode {
  const { blockId, state } = block
  const [note, setNote] = useState('')
  const [minutes, setMinutes] = useState<(typeof durations)[number]['value'] | null>('30')
  const why = (label: string) => (
    <LooseField name="note" label={label} kind={Text} value={note} onChange={setNote} required />
  )
  return (
    <div className="button-row">
      {(state === 'in-force' || state === 'overdue') && (
        <AskButton
          endpoint={pauseBlock}
          input={{ blockId, minutes: Number(minutes ?? '30'), note: note.trim() }}
          invalidates={reads}
          label="一時解除"
          of={title}
          question="発行禁止を一時解除しますか"
          confirm="一時解除する"
        >
          <p>
            窓口での交付だけができるようになります。キオスク端末では交付されないままです。決めた時間が過ぎると、自動で発行禁止に戻ります。業務システムなど、ほかのシステムには伝えません。
          </p>
          <LooseField
            name="minutes"
            label="一時解除する時間"
            kind={Duration}
            value={minutes}
            onChange={setMinutes}
            required
          />
          {why('一時解除の理由')}
        </AskButton>
      )}
      {state === 'paused' && (
        <AskButton
          endpoint={returnBlock}
          input={{ blockId }}
          invalidates={reads}
          label="一時解除を終える"
          of={title}
          question="一時解除を終え、発行禁止に戻しますか"
          confirm="発行禁止に戻す"
        >
          <p>すぐに発行禁止に戻ります。</p>
        </AskButton>
      )}
      <AskButton
        endpoint={liftBlock}
        input={{ blockId, note: note.trim() }}
        invalidates={reads}
        label="解除"
        of={title}
        question="発行禁止を解除しますか"
        confirm="解除する"
        look="danger"
      >
        <p>
          解除すると元には戻りません。もう一度禁止するときは、新しく設定します。業務システムから届いた発行抑止は、そのまま残ります。
        </p>
        {why('解除の理由')}
      </AskButton>
    </div>
  )
}
