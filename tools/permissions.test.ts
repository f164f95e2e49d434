import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudEndpoints } from '../apps/cloud/compose.ts'
import { duties } from '../modules/access/duties.ts'
import { permissionWords } from '../modules/access/permission-words.ts'
import { roles } from '../modules/access/roles.ts'
import { passPermissions } from '../modules/field/field.ts'

const granted = new Set<string>([
  ...Object.values(roles).flatMap((role): readonly string[] => role.permissions),
  ...passPermissions.valid,
])

test('every permission that an endpoint asks for is given to some role or to a survey phone, or nobody could use it', () => {
  const missing = cloudEndpoints()
    .map((endpoint) => endpoint.permission)
    .filter((permission) => permission !== 'public' && permission !== 'signed-in' && !granted.has(permission))
  assert.deepEqual(missing, [])
})

test('only the sign-in, by password or through the town’s provider, the codes that make a phone a helper’s or a survey phone or let the operator in, and the check of a paper are public', () => {
  const open = cloudEndpoints().filter((endpoint) => endpoint.permission === 'public')
  assert.deepEqual(
    open.map((endpoint) => endpoint.name),
    [
      'signIn',
      'getSsoOffer',
      'beginSso',
      'finishSso',
      'enterBreakGlass',
      'enrolHelper',
      'returnHelper',
      'enrolFieldDevice',
      'getPaperKeys',
      'checkPaper',
    ],
  )
})

test('no two endpoints share a name or a path', () => {
  const endpoints = cloudEndpoints()
  assert.equal(new Set(endpoints.map((endpoint) => endpoint.name)).size, endpoints.length)
  assert.equal(new Set(endpoints.map(({ method, path }) => `${method} ${path}`)).size, endpoints.length)
})

test('an auditor changes nothing and sees nobody’s application', () => {
  const auditor: readonly string[] = roles.auditor.permissions
  assert.deepEqual(
    auditor.filter((permission) => /change|apply|decide|issue|grade|risai|ledger/.test(permission)),
    [],
  )
})

test('every right of a role is said in words of the office, and no words are of a right that nobody has', () => {
  const had = Object.values(roles).flatMap((role): readonly string[] => role.permissions)
  assert.deepEqual(Object.keys(permissionWords).toSorted(), [...new Set(had)].toSorted())
  const said = Object.values(permissionWords).map(({ screen, verb }) => `${screen}：${verb}`)
  assert.equal(new Set(said).size, said.length, 'two rights that read alike cannot be told apart')
})

test('what the duties keep apart are rights that somebody has', () => {
  for (const { first, second } of duties)
    for (const permission of [first, second]) assert.ok(granted.has(permission), permission)
})
