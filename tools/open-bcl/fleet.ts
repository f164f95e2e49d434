import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import { fleetStanding, recordRollout } from '@open-bcl/modules/certificates/fleet.actions.ts'
import { openInstallation, operator, Refusal } from './installation.ts'

/** `open-bcl fleet`: which servers there are, which build may issue, who is not of it. */
export async function fleet(): Promise<void> {
  const installation = openInstallation('fleet')
  try {
    const { build, nodes } = await installation.as(OPERATOR_REALM, fleetStanding)
    const write = (line: string): void => void process.stdout.write(`${line}\n`)
    write(`交付してよいビルド  ${build ?? '（記録がないため、どのサーバーも交付しない）'}`)
    for (const node of nodes)
      write(
        `${node.build === build ? '交付する  ' : '交付しない'}  ${node.build}  ${node.host}  ${node.startedAt.toISOString()} 起動`,
      )
  } finally {
    await installation.close()
  }
}

/** `open-bcl rollout BUILD`: only a build that some server reported can be recorded, so that a typing error stops nobody. */
export async function rollout([build]: readonly string[]): Promise<void> {
  const installation = openInstallation(`rollout by ${operator()}`)
  try {
    await installation.as(OPERATOR_REALM, async (ctx) => {
      const { nodes } = await fleetStanding(ctx)
      if (build === undefined || !nodes.some((node) => node.build === build))
        throw new Refusal(
          '起動したことのあるサーバーのビルドを指定してください（open-bcl fleet で確かめられます）。',
        )
      await recordRollout(ctx, build)
    })
  } finally {
    await installation.close()
  }
}
