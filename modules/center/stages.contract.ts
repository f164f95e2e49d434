import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { At, IssuerOrigin, KindCode, Note, PlaceId, Town } from './registry-fields.ts'
import { registryProblems as problems } from './registry.messages.ts'

/**
 * 工程2 (the messages with the town's issuing server over the real line) and 工程3 (printed, by the centre on the town's
 * behalf), run in the test environment with made-up people, reported to production; 実店舗試験 in production.
 */

const Step = z.object({
  message: z.string(),
  answer: z.string(),
  milliseconds: z.int(),
})
const StageTest = z.object({
  stageTestId: z.string(),
  municipalityCode: Town,
  kind: KindCode,
  endpoint: IssuerOrigin,
  stage: z.literal([2, 3]),
  passed: z.boolean(),
  steps: z.array(Step),
  pdfSha256: z.string().nullable(),
  ranAt: At,
  ranBy: z.string(),
  note: z.string(),
})

export const listStageTests = endpoint({
  name: 'listStageTests',
  method: 'GET',
  permission: 'center.view',
  path: '/api/center/stage-tests',
  title: '工程2・工程3の記録',
  input: z.object({ municipalityCode: Town.optional() }),
  output: z.object({ tests: z.array(StageTest) }),
})

/** Of made-up people in the test environment alone: the certificate's serial number names nobody. */
const TestCard = z.object({
  issuerSki: z.string().regex(/^[0-9a-f]{2,64}$/),
  serial: z.string().regex(/^\d{1,50}$/),
})

/** Only in the test environment. Stage 3 goes on to `printed` and gives the document to be printed on the town's behalf. */
export const runStageTest = endpoint({
  name: 'runStageTest',
  method: 'POST',
  permission: 'center.run-tests',
  transaction: 'own',
  path: '/api/center/stage-tests',
  title: '工程2・工程3の実行',
  input: z.object({
    municipalityCode: Town,
    kind: KindCode,
    stage: z.literal([2, 3]),
    testCard: TestCard,
    note: Note,
  }),
  output: z.object({
    test: StageTest,
    /** To be printed at once; kept nowhere. `null` when it was not reached, and in stage 2. */
    pdfBase64: z.base64().nullable(),
  }),
  problems: [problems.testOnly, problems.noTestCard],
})

/** Production: what was passed in the test environment, by the number of the test there. */
export const reportStageTest = endpoint({
  name: 'reportStageTest',
  method: 'POST',
  permission: 'center.register',
  path: '/api/center/stage-tests/reports',
  title: '試験環境での結果の登録',
  input: StageTest.omit({ ranBy: true }).extend({
    passed: z.literal(true),
    ranBy: z.string().min(1).max(60),
  }),
  output: z.object({ saved: z.literal(true) }),
  problems: [problems.alreadyThere],
})

const StoreTest = z.object({
  municipalityCode: Town,
  storeId: PlaceId,
  fromAt: At,
  untilAt: At,
  note: Note,
})

/** 実店舗試験: what the town's people take there in this time are test copies, marked as such and settled like real ones. */
export const planStoreTest = endpoint({
  name: 'planStoreTest',
  method: 'POST',
  permission: 'center.plan',
  path: '/api/center/store-tests',
  title: '実店舗試験の予定',
  input: StoreTest,
  output: z.object({ storeTestId: z.string() }),
})

export const listStoreTests = endpoint({
  name: 'listStoreTests',
  method: 'GET',
  permission: 'center.view',
  path: '/api/center/store-tests',
  title: '実店舗試験',
  input: z.object({ municipalityCode: Town.optional() }),
  output: z.object({ tests: z.array(StoreTest.extend({ storeTestId: z.string(), plannedBy: z.string() })) }),
})

export const stagesEndpoints = {
  listStageTests,
  runStageTest,
  reportStageTest,
  planStoreTest,
  listStoreTests,
} as const satisfies Record<string, Endpoint>
