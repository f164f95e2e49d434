import { centerEndpoints } from '../apps/center/compose.ts'
import { cloudEndpoints } from '../apps/cloud/compose.ts'
import type { Endpoint } from '../core/endpoint.ts'
import { opensTo, roles } from '../modules/access/roles.ts'
import { staffRoles } from '../modules/center/staff.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/permissions.md: every endpoint, what it asks for, and which roles have it. */
type Roles = Readonly<Record<string, { readonly ja: string; readonly permissions: readonly string[] }>>

function table(
  endpoints: readonly Endpoint[],
  of: Roles,
  opens: (role: string, endpoint: Endpoint) => boolean = () => true,
): string {
  const names = Object.entries(of)
  const row = (endpoint: Endpoint): string => {
    const { method, path, title, permission } = endpoint
    const may = names.map(([name, role]) => {
      if (permission === 'public') return '○'
      const has = permission === 'signed-in' || role.permissions.includes(permission)
      return has && opens(name, endpoint) ? '○' : ''
    })
    return `| ${[method, `\`${path}\``, title, `\`${permission}\``, ...may].join(' | ')} |`
  }
  const sorted = endpoints.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return `| Method | Path | | Permission | ${names.map(([name, role]) => `${name} ${role.ja}`).join(' | ')} |
| --- | --- | --- | --- | ${names.map(() => ':-:').join(' | ')} |
${sorted.map(row).join('\n')}`
}

const content = `# Permissions

Made by \`tools/permissions.ts\` from the endpoints, modules/access/roles.ts and modules/center/staff.ts; do not edit. ○ = the role has it.
Another town's id answers 404 whatever the role.

${table(cloudEndpoints(), roles, opensTo)}

## 証明書交付センター

Another program with accounts of its own. Machines' messages (\`/api/kiosk/\`, \`/exchange/\`) are signed and have no roles.

${table(centerEndpoints(), staffRoles)}

## Database roles

| Role | May |
| --- | --- |
| \`migrator\` | owns the tables; under forced row security itself |
| \`app\` | the verbs granted per table; no DELETE anywhere |
| \`linkage\` | appends versions and closes them (\`to_seq\`); no DELETE |
| \`worker\` | the job queue; \`jobs.enqueue\` runs as it |
| \`rekeyer\` | changes a town's keys: updates sealed columns, tokens and digests, under row security, and sees when the transactions of others began |
| \`searcher\` | bypasses row security, cannot sign in; owns the search functions, which check the municipality themselves |
| \`disposer\` | cannot sign in; deletes archived papers past their last day, old kiosk sessions, what was certified and the evidence of alarms after the years the town has set, 宛名台紙 and audited acts whose disposal two people decided, under row security; \`app\` becomes it for that |
| \`clearer\` | cannot sign in; deletes what lies in practice towns, to begin anew, and of a real town nothing, under row security; \`app\` becomes it for that |
| \`loader\` | bypasses row security, cannot sign in; inserts by COPY into the town in scope and nothing else; \`linkage\` becomes it for that |
`
writeGenerated('docs/permissions.md', content, 'tools/permissions.ts')
