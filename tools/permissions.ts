import { cloudEndpoints } from '../apps/cloud/compose.ts'
import { roles } from '../modules/access/roles.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/permissions.md: every endpoint, what it asks for, and which roles have it. */
const names = Object.entries(roles)

function row({ method, path, title, permission }: ReturnType<typeof cloudEndpoints>[number]): string {
  const may = names.map(([, role]) => {
    const all = permission === 'public' || permission === 'signed-in'
    return all || (role.permissions as readonly string[]).includes(permission) ? '○' : ''
  })
  return `| ${[method, `\`${path}\``, title, `\`${permission}\``, ...may].join(' | ')} |`
}

const endpoints = cloudEndpoints().toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
const content = `# Permissions

Made by \`tools/permissions.ts\` from the endpoints and modules/access/roles.ts; do not edit. ○ = the role has it.
Another town's id answers 404 whatever the role.

| Method | Path | | Permission | ${names.map(([name, role]) => `${name} ${role.ja}`).join(' | ')} |
| --- | --- | --- | --- | ${names.map(() => ':-:').join(' | ')} |
${endpoints.map(row).join('\n')}

## Database roles

| Role | May |
| --- | --- |
| \`migrator\` | owns the tables; under forced row security itself |
| \`app\` | the verbs granted per table; no DELETE anywhere |
| \`linkage\` | appends versions and closes them (\`to_seq\`); no DELETE |
| \`worker\` | the job queue; \`jobs.enqueue\` runs as it |
| \`rekeyer\` | changes a town's keys: updates sealed columns, tokens and digests, under row security, and sees when the transactions of others began |
| \`searcher\` | bypasses row security, cannot sign in; owns the search functions, which check the municipality themselves |
| \`loader\` | bypasses row security, cannot sign in; inserts by COPY into the town in scope and nothing else; \`linkage\` becomes it for that |
`
writeGenerated('docs/permissions.md', content, 'tools/permissions.ts')
