import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { businesses, type Business } from '../interfaces/interfaces.columns.ts'
import { linkageProblems } from './linkage.messages.ts'
import { fileError, linkReceipt } from './linkage.receipt.ts'

/** Where each business of the town stands. */
export const linkStatus = z.object({
  municipalityCode: z.string(),
  businesses: z.array(
    z.object({
      business: z.enum(businesses),
      nextFileNo: z.int().min(1),
      /** The last applied file's receipt, for an agent that never saw it; `null` before the first. */
      last: linkReceipt.nullable(),
    }),
  ),
})
export type LinkStatus = z.output<typeof linkStatus>

export const enrolRequest = z.object({
  /** 登録コード as shown on the screen; spaces and lower case do not matter. */
  code: z.string().min(1).max(100),
  /** PKCS #10, PEM. */
  requestPem: z.string().min(1).max(10_000),
})
export const enrolAnswer = z.object({ certificatePem: z.string(), authorityPem: z.string() })

/**
 * The manifest travels in this header, as base64url of its JSON bytes, and is the signed body of the message: its SHA-256
 * binds the data, which is checked while it streams.
 */
export const MANIFEST_HEADER = 'open-bcl-manifest'
export const linkPaths = {
  status: '/link/status',
  enrol: '/link/enrol',
  file: (business: Business, fileNo: number) => `/link/files/${business}/${fileNo}`,
} as const

const fileRow = linkReceipt.omit({ errors: true, moreErrors: true }).extend({ errorCount: z.int() })

export const listLinkFiles = endpoint({
  name: 'listLinkFiles',
  method: 'GET',
  path: '/api/linkage/files',
  title: '連携状況',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    businesses: z.array(
      z.object({
        business: z.enum(businesses),
        title: z.string(),
        watermark: z.object({ fileNo: z.int(), seq: z.string(), appliedAt: z.iso.datetime() }).nullable(),
        /** Latest first, at most 20. */
        files: z.array(fileRow),
      }),
    ),
  }),
})

export const getLinkFileErrors = endpoint({
  name: 'getLinkFileErrors',
  method: 'GET',
  path: '/api/linkage/files/:fileId/errors',
  title: '連携用データの誤り一覧',
  permission: 'linkage.view',
  input: z.object({ fileId: z.uuid() }),
  output: z.object({ errors: z.array(fileError), moreErrors: z.boolean() }),
  problems: [linkageProblems.fileNotFound],
})

export const createEnrolmentCode = endpoint({
  name: 'createEnrolmentCode',
  method: 'POST',
  path: '/api/linkage/enrolment-codes',
  title: '連携APの登録コードの発行',
  permission: 'linkage.enrol',
  input: z.object({ agentName: z.string().min(1).max(100).meta({ title: '連携APの名称' }) }),
  output: z.object({ code: z.string(), expiresAt: z.iso.datetime() }),
})

export const listAgents = endpoint({
  name: 'listAgents',
  method: 'GET',
  path: '/api/linkage/agents',
  title: '連携APの一覧',
  permission: 'linkage.enrol',
  input: z.object({}),
  output: z.object({
    agents: z.array(
      z.object({
        agentId: z.uuid(),
        name: z.string(),
        enrolledAt: z.iso.datetime(),
        revokedAt: z.iso.datetime().nullable(),
      }),
    ),
  }),
})

export const revokeAgent = endpoint({
  name: 'revokeAgent',
  method: 'POST',
  path: '/api/linkage/agents/:agentId/revoke',
  title: '連携APの登録の取消し',
  permission: 'linkage.enrol',
  input: z.object({ agentId: z.uuid() }),
  output: z.object({ revoked: z.literal(true) }),
  problems: [linkageProblems.agentNotFound],
})
