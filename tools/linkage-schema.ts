/**
 * Writes docs/interfaces/linkage.schema.json: the definitions of all businesses in all versions and the manifest's JSON
 * Schema, for programs of vendors. `node tools/linkage-schema.ts`; with `--check` it only compares.
 */
import { z } from 'zod'
import { fileInterfaces, linkOrder } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { interfaceVersions } from '@open-bcl/modules/interfaces/interfaces.versions.ts'
import { manifestSchema } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { writeGenerated } from './generated.ts'
import { kindWords } from './linkage-docs.ts'

const interfaces = linkOrder.flatMap((business) =>
  interfaceVersions(business).map(({ file, version, acceptedFrom, acceptedUntil, convert }) => {
    const current = fileInterfaces[business]
    const blank = convert(file.columns.map(() => ''))
    const added = current.columns.flatMap(({ name }, i) =>
      file.columns.some((column) => column.name === name) ? [] : [[name, blank[i]!] as const],
    )
    const { columns, ...rest } = file
    return {
      ...rest,
      current: file === current,
      acceptedFrom,
      acceptedUntil,
      /** What a row of this version gets in the columns that only the current one has. */
      ...(version === current.version
        ? {}
        : { convertsTo: current.version, added: Object.fromEntries(added) }),
      columns,
    }
  }),
)

/** Checks that are code and not shape are told in words. */
const manifest = z.toJSONSchema(manifestSchema, {
  io: 'input',
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === 'custom')
      Object.assign(jsonSchema, {
        type: 'string',
        pattern: '^[0-9]{6}$',
        description: '全国地方公共団体コード。検査数字を確かめる',
      })
  },
})
const receipt = z.toJSONSchema(linkReceipt, { unrepresentable: 'any' })

writeGenerated(
  'docs/interfaces/linkage.schema.json',
  `${JSON.stringify({ title: 'Open BCL 連携用データ', kinds: kindWords, order: linkOrder, interfaces, manifest, receipt }, null, 1)}\n`,
  'tools/linkage-schema.ts',
)
