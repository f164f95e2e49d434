/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fileNameOf, requestOf, safeReturnTo } from './request.ts'

test('a reading carries its path parts in the path and the rest in the query, lists repeated, blanks left out', () => {
  const request = requestOf(
    { method: 'GET', path: '/api/disasters/:disasterId/victims' },
    { disasterId: 'a/b', state: ['申請', '判定'], after: null, limit: 50, text: undefined },
  )
  assert.deepEqual(request, {
    method: 'GET',
    url: '/api/disasters/a%2Fb/victims?state=%E7%94%B3%E8%AB%8B&state=%E5%88%A4%E5%AE%9A&limit=50',
    body: null,
  })
})

test('a write carries what is not in its path as JSON, nulls included', () => {
  const request = requestOf({ method: 'POST', path: '/api/victims/:id' }, { id: '7', note: null, version: 3 })
  assert.deepEqual(request, { method: 'POST', url: '/api/victims/7', body: '{"note":null,"version":3}' })
})

test('a certificate keeps its Japanese file name, and a broken header names none', () => {
  const header = `inline; filename*=UTF-8''${encodeURIComponent('罹災証明書.pdf')}`
  assert.equal(fileNameOf(header), '罹災証明書.pdf')
  assert.equal(fileNameOf("inline; filename*=UTF-8''%E7%BD"), null)
  assert.equal(fileNameOf('attachment; filename="list.csv"'), 'list.csv')
  assert.equal(fileNameOf(null), null)
})

test('after signing in one returns to a page of this site and to nowhere else', () => {
  assert.equal(safeReturnTo('/victims/1?disaster=d1'), '/victims/1?disaster=d1')
  for (const elsewhere of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    null,
    3,
  ]) {
    assert.equal(safeReturnTo(elsewhere), '/', String(elsewhere))
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const origin = 'https://bcl.example'
      assert.equal(new URL(safeReturnTo(text), origin).origin, origin)
      assert.equal(new URL(safeReturnTo(`/${text}`), origin).origin, origin)
    }),
  )
})
