import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import {
  changeMunicipalitySetting,
  getMunicipality,
  upcomingSettings,
} from '../municipalities/municipalities.actions.ts'
import type { Municipality } from '../municipalities/municipalities.ts'
import { certificatesEvents } from './certificates.messages.ts'
import type * as contract from './settings.contract.ts'
import { issuingSettingKeys, type IssuingSettingKey } from './settings.contract.ts'

type Settings = OutputOf<typeof contract.getIssuingSettings>['now']

/** What holds today, and on each day to come on which something begins to hold. */
export async function getIssuingSettings(ctx: Ctx): Promise<OutputOf<typeof contract.getIssuingSettings>> {
  const town = await getMunicipality(ctx)
  const { days, version } = await upcomingSettings(ctx, issuingSettingKeys)
  const next = []
  for (const { on, keys } of days) {
    next.push({
      on,
      changed: keys as IssuingSettingKey[],
      settings: settingsOf(await getMunicipality(ctx, on)),
    })
  }
  return { now: settingsOf(town), next, settingsVersion: version, demonstration: town.demonstration }
}

function settingsOf({ participation, issueOptions, feesYen, hours }: Municipality): Settings {
  return {
    issues: { ...participation.issues },
    options: { ...issueOptions },
    feesYen: { ...feesYen } as Record<string, number>,
    hours: { ...hours, closedOn: [...hours.closedOn] },
  }
}

export async function changeIssuingSetting(
  ctx: Ctx,
  { fromOn, setting, settingsVersion }: InputOf<typeof contract.changeIssuingSetting>,
): Promise<OutputOf<typeof contract.changeIssuingSetting>> {
  // Who issues what is part of how the town takes part; the rest of that stays as it is on that day.
  const changed =
    setting.key === 'issues'
      ? {
          key: 'participation' as const,
          value: { ...(await getMunicipality(ctx, fromOn)).participation, issues: setting.value },
        }
      : setting
  const answer = await changeMunicipalitySetting(ctx, { fromOn, setting: changed, settingsVersion })
  await audit(ctx, certificatesEvents.settingChanged, { facts: { key: setting.key, fromOn } })
  return { settingsVersion: answer.settingsVersion }
}
