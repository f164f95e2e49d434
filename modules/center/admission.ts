import type { PlainDate } from '@open-bcl/core/brand.ts'

/** 端末の接続: what must have been done before a machine is served, and whether it has. */
export type AdmissionStep = 'connection-test' | 'security-check'

export type AdmissionRecord = {
  readonly step: AdmissionStep
  readonly passed: boolean
  /** Of which key; a check by a person is of the key that the machine had then. */
  readonly keyId: string | null
  readonly doneAt: Date
  readonly validUntil: PlainDate | null
}

export type Admission = {
  readonly admitted: boolean
  readonly missing: ('enrolment' | AdmissionStep)[]
  readonly checkedUntil: PlainDate | null
}

/**
 * A machine works while the latest test and the latest check of its present key were passed and the check is not too old:
 * a new key may be a new machine. Of two of one instant the one that was not passed counts.
 */
export function judgeAdmission(
  keyId: string | null,
  records: readonly AdmissionRecord[],
  today: PlainDate,
): Admission {
  if (keyId === null) {
    return {
      admitted: false,
      missing: ['enrolment', 'connection-test', 'security-check'],
      checkedUntil: null,
    }
  }
  const latest = (step: AdmissionStep) =>
    records
      .filter((record) => record.step === step && record.keyId === keyId)
      .toSorted((a, b) => b.doneAt.getTime() - a.doneAt.getTime() || Number(a.passed) - Number(b.passed))[0]
  const test = latest('connection-test')
  const check = latest('security-check')
  const current = check?.passed === true && check.validUntil !== null && check.validUntil >= today
  const missing: AdmissionStep[] = [
    ...(test?.passed === true ? [] : (['connection-test'] as const)),
    ...(current ? [] : (['security-check'] as const)),
  ]
  return {
    admitted: missing.length === 0,
    missing,
    checkedUntil: check?.passed === true ? check.validUntil : null,
  }
}
