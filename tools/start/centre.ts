import fs from 'node:fs'
import path from 'node:path'
import { plainDate } from '@open-bcl/core/dates.ts'
import { demoMunicipalities, type DemoMunicipalityCode } from '@open-bcl/demo/places.ts'
import type { CertificateKindCode } from '@open-bcl/modules/municipalities/municipalities.ts'
import { createEnrolmentCode, registerTown } from '@open-bcl/modules/center/enrolment.actions.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { patternOf } from './demonstration.ts'
import { linkOrigin } from './programs.ts'
import type { Ports } from './ports.ts'

/**
 * Tells the centre which towns issue what through BCL, and makes a 利用開始コード for the demonstration's kiosk: a browser
 * keeps its key to itself, so each new browser needs one.
 */
export async function registerAtCentre(secrets: string, ports: Ports): Promise<{ kioskCode: string }> {
  const pool = openPool('start', fs.readFileSync(path.join(secrets, 'bcl_center-app.url'), 'utf8'), {
    max: 1,
  })
  try {
    for (const [town, { code, prefecture, name }] of Object.entries(demoMunicipalities)) {
      const routes = Object.entries(patternOf(town as DemoMunicipalityCode).issues).filter(
        ([, issuer]) => issuer === 'bcl',
      )
      await registerTown(
        pool,
        { municipalityCode: code, prefecture, name },
        routes.map(([kind]) => ({
          ...{ kind: kind as CertificateKindCode, issuer: 'bcl', endpoint: linkOrigin(ports) },
          ...{ fromOn: plainDate('2026-04-01'), untilOn: null },
        })),
      )
    }
    const kiosk = {
      kioskId: 'demo-1',
      operator: '模擬コンビニ',
      name: 'デモ用キオスク端末',
      place: '飛騨市役所前店（架空）',
    }
    return { kioskCode: await createEnrolmentCode(pool, kiosk, new Date()) }
  } finally {
    await pool.end()
  }
}
