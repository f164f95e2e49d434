import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import type { listMyNumberLog } from '../my-numbers.contract.ts'
import { myNumberActs, myNumberPurposes, myNumberRefusals, type TouchWords } from '../my-numbers.ts'

export type Touch = OutputOf<typeof listMyNumberLog>['touches'][number]

/** One line of the log as people read it. */
export function wordsOfTouch(touch: Touch): TouchWords {
  const { purpose, reason, numbers, seq } = touch
  return {
    // An hour with many touches is read by the second.
    atText: `${instantText(touch.at)}:${touch.at.slice(17, 19)}`,
    act: myNumberActs[touch.act],
    actorName: touch.actorName,
    residentNo: touch.residentNo ?? '',
    terminalName: touch.terminalName ?? '',
    purpose: purpose === null ? '' : (wordsIn(myNumberPurposes, purpose) ?? purpose),
    detail:
      reason !== null
        ? (wordsIn(myNumberRefusals, reason) ?? reason)
        : numbers === null
          ? ''
          : `${grouped(numbers)}件（取込通番${seq}）`,
  }
}

function wordsIn(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return words[key]
}
