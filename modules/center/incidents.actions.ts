import { randomBytes } from 'node:crypto'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { inCenter, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes } from './center.messages.ts'
import { ruleOf, type IncidentKind } from './incidents.ts'
import * as store from './incidents.store.ts'

/** What happened; what is left out does not apply. */
export type Trouble = {
  readonly kind: IncidentKind
  readonly municipalityCode?: MunicipalityCode
  readonly endpoint?: string
  readonly kioskId?: string
  readonly transactionId?: string
  readonly message?: string
  readonly field?: string
  readonly otherTransactionId?: string
  readonly milliseconds?: number
  /** Towns that stop with it beside its own: whose document came to another. */
  readonly alsoStop?: readonly MunicipalityCode[]
}

/**
 * Opens an incident in a transaction of its own, so that it stays whatever becomes of the request, and stops the town
 * where the kind says so: from the commit on no certificate of the town leaves. The issuing server is told afterwards
 * (`incident-stops.actions.ts`).
 */
export async function openIncident(centre: Centre, trouble: Trouble): Promise<void> {
  await inCenter(centre.pool, (tx) => recordIncident(centre, tx, trouble))
}

/** The same inside the caller's transaction. */
export async function recordIncident(centre: Centre, tx: Tx, trouble: Trouble): Promise<void> {
  const at = centre.now()
  const { kind, municipalityCode, endpoint, kioskId, transactionId } = trouble
  const key = {
    kind,
    municipalityCode: municipalityCode ?? null,
    endpoint: endpoint ?? null,
    kioskId: kioskId ?? null,
  }
  const incidentId = await store.insertIncident(tx, uuidv7(at.getTime()), key, {
    at,
    transactionId: transactionId ?? null,
    message: trouble.message ?? null,
    field: trouble.field ?? null,
    otherTransactionId: trouble.otherTransactionId ?? null,
    milliseconds: trouble.milliseconds === undefined ? null : Math.round(trouble.milliseconds),
  })
  centre.log(ruleOf(kind).stops ? centerLogCodes.townStopped : centerLogCodes.incident, {
    reason: kind,
    ...(municipalityCode === undefined ? {} : { municipalityCode }),
    ...(kioskId === undefined ? {} : { kioskId }),
    ...(transactionId === undefined ? {} : { transactionId }),
  })
  if (!ruleOf(kind).stops) return
  const towns = new Set([
    ...(municipalityCode === undefined ? [] : [municipalityCode]),
    ...(trouble.alsoStop ?? []),
  ])
  for (const town of towns) {
    const stopId = randomBytes(16).toString('hex')
    await store.insertStop(tx, { stopId, incidentId, municipalityCode: town, note: ruleOf(kind).ja, at })
  }
}
