import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { exchangeEndpoints, type ExchangeEndpoints } from '../modules/certificates/exchange.contract.ts'
import { keyIdOf, signMessage } from '../platform/signed-message.ts'

/**
 * Makes `docs/interfaces/exchange-vectors.json` anew: messages right and wrong, and signed ones, for whoever writes the
 * other side. The key is made here and is nobody's. Signatures differ each time, so run it only when the protocol changes;
 * `modules/certificates/exchange-vectors.test.ts` reads what is there.
 */
type Vector = {
  readonly input: object
  readonly answers: readonly object[]
  readonly wrong: Readonly<Record<string, object>>
}

const town = { municipalityCode: '212172' }
const sessionId = '0123456789abcdef0123456789abcdef'
const transactionId = 'fedcba9876543210fedcba9876543210'
const issue = { ...town, transactionId }
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const refused = {
  kind: 'refused',
  code: 300,
  words: 'この証明書は、この端末では交付できません。市区町村の窓口にお問い合わせください。',
}
const standing = (state: string, paidYen: number | null) => ({
  kind: 'standing',
  transactionId,
  state,
  totalYen: 300,
  paidYen,
})
const accessGrant = {
  ...{ ...town, grantId: sessionId, grantNo: 3, purpose: 'town-hall-lost', ticket: 'INC-2026-0311' },
  askedBy: { id: '019ab000-0000-7000-8000-000000000001', name: '架空　運子' },
  approvedBy: { id: '019ab000-0000-7000-8000-000000000002', name: '架空　承子' },
  reason: '庁舎が停電し、反映の状況を確かめられない',
  ...{ approvedAt: '2026-11-21T14:00:00.000Z', untilAt: '2026-11-21T15:00:00.000Z' },
  ...{ codeSha256: sha256, open: true, endedBy: null, review: null, actsFrom: null },
}

const vectors: Readonly<Record<keyof ExchangeEndpoints, Vector>> = {
  getServiceMenu: {
    input: { ...town, onDate: '2026-11-21' },
    answers: [
      {
        ...town,
        name: '飛騨市',
        demonstration: true,
        hours: { opensAt: '06:30', closesAt: '23:00', closedOn: ['12-29'] },
        closed: null,
        kinds: [{ kind: 'juminhyo', ja: '住民票の写し', feeYen: 300, printingYen: 0, maxCopies: 10 }],
      },
    ],
    wrong: {
      'a code whose check digit is wrong': { municipalityCode: '212173', onDate: '2026-11-21' },
      'a day that no calendar has': { ...town, onDate: '2026-02-30' },
    },
  },
  authenticateCard: {
    input: { ...town, sessionId, certificate: { issuerSki: 'ab'.repeat(20), serial: '1234567890' } },
    answers: [{ kind: 'accepted', sessionId, expiresAt: '2026-11-21T01:10:00.000Z' }, refused],
    wrong: {
      'a serial in hexadecimal': {
        ...town,
        sessionId,
        certificate: { issuerSki: 'ab'.repeat(20), serial: '499602d2' },
      },
      'a session id that is too short': {
        ...town,
        sessionId: '01',
        certificate: { issuerSki: 'ab'.repeat(20), serial: '1' },
      },
    },
  },
  listSubjects: {
    input: { ...town, sessionId, kind: 'risai' },
    answers: [
      {
        kind: 'subjects',
        subjects: [
          {
            subjectId: '019a0000-0000-7000-8000-000000000000',
            label: '令和８年台風第１４号　整理番号 令８水害第１２３号',
          },
        ],
      },
      refused,
    ],
    wrong: { 'a kind that does not exist': { ...town, sessionId, kind: 'passport' } },
  },
  listChoices: {
    input: { ...town, sessionId, kind: 'juminhyo', subjectId: '10000000012' },
    answers: [
      {
        kind: 'choices',
        choices: [
          {
            name: 'members',
            ja: '記載する人',
            take: 'some',
            options: [{ value: '10000000012', ja: '見本　太郎' }],
            default: ['10000000012'],
          },
        ],
      },
      refused,
    ],
    wrong: { 'no subject': { ...town, sessionId, kind: 'juminhyo', subjectId: '' } },
  },
  quoteIssue: {
    input: {
      ...issue,
      sessionId,
      kind: 'juminhyo',
      subjectId: '10000000012',
      copies: 1,
      choices: { members: ['10000000012'] },
      kioskId: 'K-0001',
    },
    answers: [
      {
        kind: 'quoted',
        transactionId,
        state: 'frozen',
        pages: 1,
        copies: 1,
        feeYen: 300,
        printingYen: 0,
        totalYen: 300,
      },
      refused,
    ],
    wrong: {
      'no copies': {
        ...issue,
        sessionId,
        kind: 'juminhyo',
        subjectId: '1',
        copies: 0,
        choices: {},
        kioskId: 'K-0001',
      },
      'a choice of another shape': {
        ...issue,
        sessionId,
        kind: 'juminhyo',
        subjectId: '1',
        copies: 1,
        choices: { members: 1 },
        kioskId: 'K-0001',
      },
      'a transaction id in capitals': {
        ...town,
        transactionId: transactionId.toUpperCase(),
        sessionId,
        kind: 'risai',
        subjectId: '1',
        copies: 1,
        choices: {},
        kioskId: 'K',
      },
    },
  },
  buildIssue: {
    input: issue,
    answers: [
      { kind: 'built', transactionId, state: 'built', pages: 1, sha256 },
      { ...refused, code: 505, words: 'ただいま混み合っているため、手続を中止しました。' },
    ],
    wrong: { 'no transaction id': town },
  },
  deliverIssue: {
    input: issue,
    answers: [
      {
        kind: 'delivered',
        transactionId,
        state: 'delivered',
        pages: 1,
        sha256,
        pdfBase64: 'JVBERi0xLjc=',
        slip: null,
      },
      refused,
    ],
    wrong: { 'no town': { transactionId } },
  },
  confirmPaid: {
    input: { ...issue, paidYen: 300 },
    answers: [standing('paid', 300), refused],
    wrong: { 'a negative amount': { ...issue, paidYen: -1 } },
  },
  confirmPrinted: { input: issue, answers: [standing('printed', 300)], wrong: { 'no transaction id': town } },
  abortIssue: {
    input: { ...issue, stage: 'print', reason: 'paper' },
    answers: [standing('aborted', 300)],
    wrong: { 'a reason that does not exist': { ...issue, stage: 'print', reason: 'because' } },
  },
  refundIssue: {
    input: { ...issue, refundedYen: 300 },
    answers: [standing('refunded', 300)],
    wrong: { 'half a yen': { ...issue, refundedYen: 0.5 } },
  },
  applyForUse: {
    input: {
      ...town,
      applicationId: sessionId,
      certificate: { issuerSki: '9567951b5ca70d84a0fff1d85a87f1aab1340385', serial: '123456' },
      registeredDomicile: '架空県架空市一丁目1番地',
      headOfRegister: '試験 太郎',
      name: '試験 花子',
      birthOn: '1990-04-01',
      phone: '0577-00-0000',
    },
    answers: [{ kind: 'application', applicationId: sessionId, state: 'waiting' }, refused],
    wrong: { 'no domicile': { ...town, applicationId: sessionId } },
  },
  heartbeat: { input: {}, answers: [{ at: '2026-11-21T01:00:00.000Z', build: sha256 }], wrong: {} },
  setMaintenance: {
    input: { ...town, stopId: sessionId, stopped: true, reason: 'maintenance' },
    answers: [{ issuing: false }],
    wrong: { 'a reason that does not exist': { ...town, stopId: sessionId, stopped: true, reason: 'lunch' } },
  },
  setLedgerOpening: {
    input: {
      ...town,
      openingId: sessionId,
      fromAt: '2026-11-21T14:00:00.000Z',
      untilAt: '2026-11-21T20:00:00.000Z',
      open: true,
    },
    answers: [{ openUntil: '2026-11-21T20:00:00.000Z' }, { openUntil: null }],
    wrong: { 'no end': { ...town, openingId: sessionId, fromAt: '2026-11-21T14:00:00.000Z', open: true } },
  },
  setAccessGrant: {
    input: accessGrant,
    answers: [
      {
        ...{ grantId: sessionId, state: 'waiting', enteredAt: null, ended: null, townReview: null, acts: [] },
      },
      {
        ...{ grantId: sessionId, state: 'ended', enteredAt: '2026-11-21T14:05:00.000Z' },
        ended: { at: '2026-11-21T14:20:00.000Z', by: '総務　一郎', kind: 'town' },
        townReview: { at: '2026-11-22T01:00:00.000Z', by: '総務　一郎', note: '見られた人を確かめた' },
        acts: [
          {
            ...{ actId: '019ab000-0000-7000-8000-000000000009', at: '2026-11-21T14:06:00.000Z' },
            ...{ words: '中間DBを検索しました', people: 0 },
          },
        ],
      },
    ],
    wrong: {
      'nobody approved': { ...accessGrant, approvedBy: null },
      'a purpose that does not exist': { ...accessGrant, purpose: 'curiosity' },
    },
  },
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const origin = 'https://issuing.example:8444'
const sentAt = new Date('2026-11-21T01:00:00.000Z')
const messages = Object.entries(vectors).map(([name, { input, answers, wrong }]) => {
  const { method, path } = exchangeEndpoints[name as keyof ExchangeEndpoints]
  const body = JSON.stringify(input)
  const headers = signMessage({ method, origin, path, body: Buffer.from(body) }, privateKey, sentAt)
  return { message: name, method, path, body, headers, answers, wrong }
})
const file = {
  about:
    'Vectors of docs/interfaces/exchange.md. `body` is signed byte for byte. The key is for tests alone.',
  origin,
  keyId: keyIdOf(publicKey),
  publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }),
  messages,
}
writeFileSync('docs/interfaces/exchange-vectors.json', `${JSON.stringify(file, null, 2)}\n`)
