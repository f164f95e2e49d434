import { signInScreens } from '@open-bcl/modules/access/web/sign-in-screens.tsx'
import { staffScreens as access } from '@open-bcl/modules/access/web/staff.tsx'
import { characterScreens as characters } from '@open-bcl/modules/certificates/web/characters-screens.tsx'
import { staffScreens as breakGlass } from '@open-bcl/modules/break-glass/web/staff.tsx'
import { staffScreens as relief } from '@open-bcl/modules/relief/web/staff.tsx'
import { staffScreens as cases } from '@open-bcl/modules/cases/web/staff.tsx'
import { staffScreens as certificates } from '@open-bcl/modules/certificates/web/staff.tsx'
import { staffScreens as disasters } from '@open-bcl/modules/disasters/web/staff.tsx'
import { staffScreens as dwellings } from '@open-bcl/modules/dwellings/web/staff.tsx'
import { staffScreens as externalLink } from '@open-bcl/modules/external-link/web/staff.tsx'
import { staffScreens as evacuees } from '@open-bcl/modules/evacuees/web/staff.tsx'
import { staffScreens as evacSupport } from '@open-bcl/modules/evac-support/web/staff.tsx'
import { staffScreens as extraction } from '@open-bcl/modules/extraction/web/staff.tsx'
import { staffScreens as field } from '@open-bcl/modules/field/web/staff.tsx'
import { staffScreens as ledger } from '@open-bcl/modules/ledger/web/staff.tsx'
import { staffScreens as linkage } from '@open-bcl/modules/linkage/web/staff.tsx'
import { staffScreens as manual } from '@open-bcl/modules/manual/web/staff.tsx'
import { staffScreens as matching } from '@open-bcl/modules/matching/web/staff.tsx'
import { staffScreens as municipalities } from '@open-bcl/modules/municipalities/web/staff.tsx'
import { staffScreens as nonDwellings } from '@open-bcl/modules/non-dwellings/web/staff.tsx'
import { staffScreens as registers } from '@open-bcl/modules/registers/web/staff.tsx'
import { staffScreens as residents } from '@open-bcl/modules/residents/web/staff.tsx'
import { staffScreens as risai } from '@open-bcl/modules/risai/web/staff.tsx'
import { staffScreens as situation } from '@open-bcl/modules/situation/web/staff.tsx'
import { staffScreens as surveys } from '@open-bcl/modules/surveys/web/staff.tsx'
import { staffScreens as practice } from '@open-bcl/modules/practice/web/staff.tsx'
import { staffScreens as protection } from '@open-bcl/modules/protection/web/staff.tsx'
import { staffScreens as payments } from '@open-bcl/modules/payments/web/staff.tsx'
import { staffScreens as support } from '@open-bcl/modules/support/web/staff.tsx'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'

/** The screens modules lend to the staff console. One import and one line a module; the order is of no matter. */
export const screens: readonly StaffScreens[] = [
  access,
  signInScreens,
  breakGlass,
  cases,
  relief,
  certificates,
  characters,
  disasters,
  dwellings,
  externalLink,
  evacSupport,
  evacuees,
  extraction,
  field,
  ledger,
  linkage,
  manual,
  matching,
  municipalities,
  nonDwellings,
  practice,
  protection,
  registers,
  residents,
  risai,
  situation,
  support,
  payments,
  surveys,
]
