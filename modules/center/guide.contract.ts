import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { At, KindCode, PlaceId, Town } from './registry-fields.ts'

/** For residents, without signing in: which towns take part, what they offer today and now, and where. */

export const listGuideTowns = endpoint({
  name: 'listGuideTowns',
  method: 'GET',
  path: '/api/guide/towns',
  title: '参加している市区町村',
  permission: 'public',
  input: z.object({}),
  output: z.object({
    prefectures: z.array(
      z.object({
        name: z.string(),
        towns: z.array(z.object({ municipalityCode: Town, name: z.string(), kinds: z.array(KindCode) })),
      }),
    ),
  }),
})

/** By the centre's own registry: a machine asks the town's issuing server as well. */
export const getGuideTown = endpoint({
  name: 'getGuideTown',
  method: 'GET',
  path: '/api/guide/towns/:municipalityCode',
  title: '市区町村の取扱い',
  permission: 'public',
  input: z.object({ municipalityCode: Town }),
  output: z.object({
    name: z.string(),
    prefecture: z.string(),
    at: At,
    kinds: z.array(
      z.object({
        kind: KindCode,
        ja: z.string(),
        openNow: z.boolean(),
        /** Neutral words; `null` = open. */
        closedWords: z.string().nullable(),
        hours: z.object({ opensAt: z.string(), closesAt: z.string(), weekdays: z.array(z.int()) }),
      }),
    ),
    /** Maintenance to come that concerns the town, BCL or the centre. */
    maintenance: z.array(z.object({ fromAt: At, untilAt: At, words: z.string() })),
  }),
})

export const listGuideStores = endpoint({
  name: 'listGuideStores',
  method: 'GET',
  path: '/api/guide/stores',
  title: '利用できる場所',
  permission: 'public',
  input: z.object({ municipalityCode: Town, after: PlaceId.optional() }),
  output: z.object({
    stores: z.array(
      z.object({
        storeId: PlaceId,
        operator: z.string(),
        name: z.string(),
        address: z.string(),
        latitude: z.number().nullable(),
        longitude: z.number().nullable(),
        /** Kinds its operator offers today. */
        kinds: z.array(KindCode),
      }),
    ),
    more: z.boolean(),
  }),
})

export const guideEndpoints = {
  listGuideTowns,
  getGuideTown,
  listGuideStores,
} as const satisfies Record<string, Endpoint>
