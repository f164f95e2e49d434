import { staffEvents } from '@open-bcl/modules/access/staff.messages.ts'
import { protectionEvents } from '@open-bcl/modules/protection/protection.messages.ts'
import { breakGlassEvents } from '@open-bcl/modules/break-glass/break-glass.messages.ts'
import { practiceEvents } from '@open-bcl/modules/practice/practice.messages.ts'
import { reliefEvents } from '@open-bcl/modules/relief/relief.messages.ts'
import type { AuditEvent } from '@open-bcl/modules/access/access.messages.ts'
import { accessEvents } from '@open-bcl/modules/access/access.messages.ts'
import { auditEvents } from '@open-bcl/modules/access/audit-trail.messages.ts'
import { vocabularyOf, type AuditLenders } from '@open-bcl/modules/access/audit.routes.ts'
import { recoveryEvents as accessRecoveryEvents } from '@open-bcl/modules/access/recovery.messages.ts'
import { factorEvents } from '@open-bcl/modules/access/second-factor.messages.ts'
import { signInSettingEvents } from '@open-bcl/modules/access/sign-in-settings.messages.ts'
import { ssoEvents } from '@open-bcl/modules/access/sso.messages.ts'
import { terminalEvents } from '@open-bcl/modules/access/terminals.messages.ts'
import { casesEvents } from '@open-bcl/modules/cases/cases.messages.ts'
import { batchEvents } from '@open-bcl/modules/certificates/batch.messages.ts'
import { certificatesEvents } from '@open-bcl/modules/certificates/certificates.messages.ts'
import { charactersEvents } from '@open-bcl/modules/certificates/characters.messages.ts'
import { paperKeysEvents } from '@open-bcl/modules/certificates/paper-keys.messages.ts'
import { signatureEvents } from '@open-bcl/modules/certificates/signature.messages.ts'
import { disastersEvents } from '@open-bcl/modules/disasters/disasters.messages.ts'
import { dwellingsEvents } from '@open-bcl/modules/dwellings/dwellings.messages.ts'
import { externalLinkEvents } from '@open-bcl/modules/external-link/external-link.messages.ts'
import { evacueesEvents } from '@open-bcl/modules/evacuees/evacuees.messages.ts'
import { evacSupportEvents } from '@open-bcl/modules/evac-support/evac-support.messages.ts'
import { extractionEvents } from '@open-bcl/modules/extraction/extraction.messages.ts'
import { fieldEvents } from '@open-bcl/modules/field/field.messages.ts'
import { filesEvents } from '@open-bcl/modules/files/files.messages.ts'
import { ledgerEvents } from '@open-bcl/modules/ledger/ledger.messages.ts'
import { entriesOfPerson } from '@open-bcl/modules/ledger/ledger.routes.ts'
import { linkageEvents } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { recoveryEvents } from '@open-bcl/modules/linkage/recovery.messages.ts'
import { manualEvents } from '@open-bcl/modules/manual/manual.messages.ts'
import { matchingEvents } from '@open-bcl/modules/matching/matching.messages.ts'
import { municipalitiesEvents } from '@open-bcl/modules/municipalities/municipalities.messages.ts'
import { nonDwellingsEvents } from '@open-bcl/modules/non-dwellings/non-dwellings.messages.ts'
import { noticesEvents } from '@open-bcl/modules/notices/notices.messages.ts'
import { paymentsEvents } from '@open-bcl/modules/payments/payments.messages.ts'
import { myNumberEvents } from '@open-bcl/modules/residents/my-numbers.messages.ts'
import { namesForAudit } from '@open-bcl/modules/residents/versions.routes.ts'
import { residentsEvents } from '@open-bcl/modules/residents/residents.messages.ts'
import { appointmentsEvents } from '@open-bcl/modules/risai/appointments.messages.ts'
import { lettersEvents } from '@open-bcl/modules/risai/letters.messages.ts'
import { reportsEvents } from '@open-bcl/modules/risai/reports.messages.ts'
import { risaiEvents } from '@open-bcl/modules/risai/risai.messages.ts'
import { situationEvents } from '@open-bcl/modules/situation/situation.messages.ts'
import { supportEvents } from '@open-bcl/modules/support/support.messages.ts'
import { surveysEvents } from '@open-bcl/modules/surveys/surveys.messages.ts'

/** Every act that the audit trail of a town may hold, with its words. A test finds the ones that are forgotten. */
export const eventsOfCloud: readonly AuditEvent[] = [
  accessEvents,
  accessRecoveryEvents,
  factorEvents,
  signInSettingEvents,
  ssoEvents,
  auditEvents,
  terminalEvents,
  staffEvents,
  municipalitiesEvents,
  filesEvents,
  residentsEvents,
  myNumberEvents,
  protectionEvents,
  disastersEvents,
  noticesEvents,
  linkageEvents,
  recoveryEvents,
  manualEvents,
  certificatesEvents,
  batchEvents,
  charactersEvents,
  paperKeysEvents,
  signatureEvents,
  ledgerEvents,
  matchingEvents,
  casesEvents,
  evacueesEvents,
  breakGlassEvents,
  practiceEvents,
  reliefEvents,
  extractionEvents,
  evacSupportEvents,
  dwellingsEvents,
  surveysEvents,
  fieldEvents,
  risaiEvents,
  appointmentsEvents,
  lettersEvents,
  reportsEvents,
  externalLinkEvents,
  supportEvents,
  paymentsEvents,
  nonDwellingsEvents,
  situationEvents,
].flatMap((events): readonly AuditEvent[] => Object.values(events))

/** What the audit trail of a town has to be told by the modules of this program. */
export const auditLenders: AuditLenders = {
  vocabulary: vocabularyOf(eventsOfCloud),
  namesOf: namesForAudit,
  async alsoKnownAs(ctx, residentNo) {
    return (await entriesOfPerson(ctx, residentNo)).map((id) => ({ kind: 'ledger-entry', id }))
  },
}
