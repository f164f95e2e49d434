import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import type { getGate, LinkBusinessState, listLinkFiles } from '../linkage.contract.ts'

export type LinkState = OutputOf<typeof listLinkFiles>
export type Gate = OutputOf<typeof getGate>
export type GateKind = Gate['kinds'][number]

type Tone = 'information' | 'success' | 'warning' | 'error'
/** One thing that is so. The first of a list is what a tired clerk must know. */
export type Finding = { readonly tone: Tone; readonly title: string; readonly what: string }

/** Everything worth knowing about the link, the most urgent first; when nothing is wrong, that. */
export function findingsOf(link: LinkState, gate: Gate): readonly Finding[] {
  const { businesses } = link
  const arrived = businesses.filter(({ watermark, hand }) => watermark !== null || hand !== null)
  if (arrived.length === 0 && link.heardAt === null) {
    return [
      {
        tone: 'information',
        title: 'まだデータが届いていません',
        what: '連携APを登録するか、業務システムから出したファイルを手作業で取り込むと、始められます。',
      },
    ]
  }
  const found = [
    ...gateFindings(gate),
    ...alarmFindings(link.openAlarms),
    ...refusedFindings(link.refusedAtHome.length),
    ...businesses.flatMap(businessFindings),
    ...blockedFindings(businesses),
  ]
  // An agent of which nobody knows what it has is told on its own, with what to do; then all is not well.
  return found.length > 0 || link.silentAgents.length > 0 ? found : [allIsWell(link, arrived)]
}

/** A kind is closed for a reason, not merely since the town never sends its data. */
export function isStopped({ open, reasons }: GateKind): boolean {
  return (
    !open &&
    reasons.some(({ reason }) => reason !== 'no-data' && reason !== 'no-residents' && reason !== 'hand')
  )
}

/** An agent of which nobody knows what it still has: it is connected, or it goes. */
export function silentFinding({ name, why }: LinkState['silentAgents'][number]): Finding {
  return why === 'never-connected'
    ? {
        tone: 'warning',
        title: `連携AP「${name}」は、登録後一度も接続していません`,
        what: '接続するか、登録を取り消してください（検証だけに使っている連携APは、本番で接続するまでこのままです）。',
      }
    : {
        tone: 'warning',
        title: `連携AP「${name}」は、送り残しがないと、まだ一度も伝えていません`,
        what: 'そのため、住民票・印鑑・税の証明を止めています。この連携APの状態画面で、待っているファイルと受け付けなかったファイルを確かめてください。使わない連携APは、登録を取り消してください。',
      }
}

function gateFindings(gate: Gate): Finding[] {
  const stopped = gate.kinds.filter(isStopped)
  const found: Finding[] = []
  if (stopped.length > 0) {
    const reasons = new Set(stopped.flatMap((kind) => kind.reasons.map(({ ja }) => ja)))
    found.push({
      tone: 'error',
      title: `${stopped.map(({ title }) => title).join('・')}の交付を止めています`,
      what: `${[...reasons].join('。')}。`,
    })
  }
  for (const { title, override } of gate.kinds) {
    if (override === null) continue
    found.push({
      tone: 'warning',
      title: `特例により、${title}を古いデータのまま交付しています（${instantText(override.until)}まで）`,
      what: `理由：${override.reason}`,
    })
  }
  return found
}

function alarmFindings(openAlarms: number): Finding[] {
  if (openAlarms === 0) return []
  return [
    {
      tone: 'warning',
      title: `確認の必要な警報が${openAlarms}件あります`,
      what: '下の「警報」で内容を確かめ、対応したら「確認する」を押してください。',
    },
  ]
}

function refusedFindings(files: number): Finding[] {
  if (files === 0) return []
  return [
    {
      tone: 'warning',
      title: `庁舎の連携APが受け付けなかったファイルが${files}件あります`,
      what: '下の一覧で理由を確かめてください。連携APのサーバのrefusedフォルダに、すべての誤りを書いたerrors.txtがあります。直して出力し直してください。',
    },
  ]
}

function businessFindings(state: LinkBusinessState): Finding[] {
  const { title, ended, paused, inbound, files } = state
  const found: Finding[] = []
  if (ended) {
    found.push({
      tone: 'warning',
      title: `${title}は連携を終え、手作業の取込に切り替えています`,
      what: `理由：${ended.reason}（${ended.by}、${instantText(ended.at)}から）。この業務を使う住民票・印鑑・税の証明は交付できません。`,
    })
  }
  if (paused) {
    found.push({
      tone: 'warning',
      title: `${title}の取込を一時停止しています`,
      what: `理由：${paused.reason}（${paused.by}、${instantText(paused.at)}から）`,
    })
  }
  const held = inbound.filter(({ heldFor }) => heldFor === 'gap')
  if (held.length > 0) {
    found.push({
      tone: 'warning',
      title: `${title}は、${nextOf(state)}番のファイルを待っています`,
      what: `届いている${held.map(({ fileNo }) => `${fileNo}番`).join('・')}は、その後に取り込みます。`,
    })
  }
  if (files[0]?.state === 'refused') {
    found.push({
      tone: 'warning',
      title: `${title}の${files[0].fileNo}番は受け取れませんでした`,
      what: '誤りの一覧を確かめ、業務システムで直して送り直してください。反映済みのデータはそのままです。',
    })
  }
  const running = inbound.find(({ state: step }) => step === 'applying')
  if (running) {
    found.push({
      tone: 'information',
      title: `${title}の${running.fileNo}番を取り込んでいます`,
      what: 'この画面を離れても、取込は続きます。',
    })
  }
  return found
}

function blockedFindings(businesses: readonly LinkBusinessState[]): Finding[] {
  const blocked = businesses.reduce((sum, one) => sum + one.blocked, 0)
  if (blocked === 0) return []
  return [
    {
      tone: 'warning',
      title: `誤りのある行のため、${grouped(blocked)}人の証明書の交付を止めています`,
      what: '正しい行が届くと、自動で交付できるようになります。',
    },
  ]
}

function allIsWell(link: LinkState, arrived: readonly LinkBusinessState[]): Finding {
  const latest = arrived
    .flatMap(({ watermark, hand }) => [
      ...(watermark === null ? [] : [watermark.appliedAt]),
      ...(hand === null ? [] : [hand.at]),
    ])
    .toSorted()
    .at(-1)
  const applied = latest === undefined ? '' : `最後の取込は${instantText(latest)}です。`
  if (link.heardAt === null) {
    return {
      tone: 'information',
      title: '手作業で取り込んだデータを使っています',
      what: `${applied}被災者台帳と罹災・被災の証明に使えます。住民票・印鑑・税の証明には、連携APの登録が必要です。`,
    }
  }
  return {
    tone: 'success',
    title: '連携は正常です',
    what: `${applied}連携APからの最後の連絡は${instantText(link.heardAt)}です。`,
  }
}

/** The number that comes next. */
export function nextOf({ watermark }: LinkBusinessState): number {
  return (watermark?.fileNo ?? 0) + 1
}

/** 「手作業で取り込んだデータ（11月21日 9:00、1,234行）」 */
export function handText({ at, rows }: NonNullable<LinkBusinessState['hand']>): string {
  return `手作業で取り込んだデータ（${instantText(at)}、${grouped(rows)}行）`
}

/** How one business stands, in a word or two. */
export function standingOf(state: LinkBusinessState): {
  readonly label: string
  readonly tone: 'neutral' | Tone
} {
  const { inbound, paused, files, reconciliation } = state
  const has = (step: LinkBusinessState['inbound'][number]['state']): boolean =>
    inbound.some((one) => one.state === step)
  if (has('applying')) return { label: '取込中', tone: 'information' }
  if (state.ended) return { label: '手作業に切替済み', tone: 'warning' }
  if (paused) return { label: '一時停止中', tone: 'warning' }
  if (inbound.some(({ heldFor }) => heldFor === 'gap')) return { label: '前の番号を待機', tone: 'warning' }
  if (has('waiting')) return { label: '順番待ち', tone: 'information' }
  if (has('receiving')) return { label: '受信中', tone: 'information' }
  if (files[0]?.state === 'refused') return { label: '受取不可', tone: 'error' }
  if (reconciliation?.agrees === false) return { label: '突合の不一致', tone: 'error' }
  if (state.blocked > 0) return { label: '誤りのある行あり', tone: 'warning' }
  if (state.origin === 'hand') return { label: '手作業で取込済み', tone: 'neutral' }
  return state.watermark === null
    ? { label: '届いていません', tone: 'neutral' }
    : { label: '正常', tone: 'success' }
}

/** Whether something moves, so that the page asks again soon. */
export function isMoving(link: LinkState | undefined): boolean {
  return link?.businesses.some(({ inbound }) => inbound.some(({ state }) => state !== 'held')) === true
}
